"""Real processes and a real chain under load, while everything around them breaks.

`python -m tests.chaos --rounds 60 --seed 7` plays rounds of faults against web, worker, node, disk
and clock, lets the dust settle, and then counts on the chain what became of every contribution
that was accepted. One room per subject:

* `scenario`: which faults, in which order; a deck that the seed shuffles
* `faults`: what each of them does to the stage
* `stage`, `staff`, `entry`, `fuse`, `clock`: the processes, and how they are killed at named points
* `miner`, `proxy`, `lies`: the chain and the way to it
* `players`: those who go on contributing meanwhile
* `chain_reading`, `judge`, `report`: what came of it
"""
