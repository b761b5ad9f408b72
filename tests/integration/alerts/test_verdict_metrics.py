"""Monitoring is told what the verdicts say."""

from __future__ import annotations

from relayer.metrics.reading import read_metrics
from relayer.ops.alerts import AlertWatch
from relayer.ops.verdicts import VerdictName
from tests.house import House


def test_every_verdict_is_told_with_its_level_and_age(house: House) -> None:
    now = house.clock.now()
    assert read_metrics(house.store, now)["relayer_verdicts_age_seconds"] == {}
    watch = AlertWatch(house.store, house.settings, house.clock)
    house.clock.advance(600)
    for _ in range(8):
        watch.step()
        house.clock.advance(15)
    values = read_metrics(house.store, house.clock.now())
    assert {name for (name,) in values["relayer_verdict"]} == set(VerdictName)
    assert values["relayer_verdict"][VerdictName.WORKER,] == 2
    assert values["relayer_alert_raised"][VerdictName.WORKER,] == 1
    assert values["relayer_verdicts_age_seconds"][()] == 15
