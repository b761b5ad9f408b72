"""Alerts: who is told when a verdict stays bad, how often, and by which way.

Alerts go by the names of verdicts. Whoever is alive looks: the worker and every web process try to
take the turn every few seconds, and one of them gets it. So a dead worker is told of by the web,
and a dead web by the worker; when both are dead, only somebody outside can tell.

`AlertWatch` is what processes run; `relayer.ops.alerts.hysteresis` decides what a look makes of an
alert.
"""

from relayer.ops.alerts.watch import AlertWatch

__all__ = ["AlertWatch"]
