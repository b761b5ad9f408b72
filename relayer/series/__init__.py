"""What happened when, summed up for an operator's plots.

* `names`: what is counted, and how finely time is cut
* `histogram`: durations in buckets that can be added up
* `counting`: what one transaction, one settlement or one batch adds
* `recorder`: the worker's step that counts what has changed, each thing once
* `levels`: what the worker sees of tank, queue and signers at a moment
* `marks`: pauses, new versions and starts
* `plots`: curves of a range of time
"""
