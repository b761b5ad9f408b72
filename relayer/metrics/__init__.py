"""What monitoring is told, in the text format of Prometheus.

Everything is read from the store, so that each web process tells the same whatever it served
itself: `catalogue` lists the metrics, `reading` takes their values, `tallies` brings there what
happens in one process only, `access` says who may ask.
"""
