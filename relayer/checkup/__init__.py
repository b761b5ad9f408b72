"""What `relayer doctor` looks at: each check comes back as findings, and none of them raises.

* `findings`: what a check says
* `machine`: settings, files, disk, store, worker
* `chain`: nodes, contracts, signers, tank, clock
* `examination`: all of them in order
"""
