"""The study of markets over many seeds."""

from dataclasses import replace

import pytest

from simulation.scenarios.market.parameters import MarketScenario
from simulation.studies.market import SETTINGS, Verdict, judge, main, table_row
from tests.unit.simulation.reviews import made_up

GOOD_RUN = Verdict(
    (120.0, 110.0, 105.0, 90.0, 80.0), ((1, 1, 1, -1, -1), (1, 1, 1, 1, -1)), (0.5, 0.7)
)
BAD_RUN = Verdict(
    (120.0, 99.0, 105.0, 90.0, 85.0), ((1, -1, 1, -1, -1), (1, 1, 1, -1, -1)), (0.5, 0.8)
)


def test_a_run_is_right_only_if_everybody_gets_what_is_due() -> None:
    row = table_row("setting", MarketScenario(), [GOOD_RUN, BAD_RUN])
    assert row == (
        "| setting | 50% | 50% | 0.500 → 0.750 | 120.0, 104.5, 105.0 | 99.0 | 90.0, 82.5 | 90.0 |"
    )


def test_a_run_is_judged_by_its_balances() -> None:
    small = MarketScenario(
        markets=2, market_size=120, test_size=250, block=5, skipped_words=0, stake=5
    )
    verdict = judge(made_up(), small)
    assert len(verdict.gains) == 2
    assert all(balance > 100 for balance in verdict.balances[:3])
    assert all(balance < 100 for balance in verdict.balances[3:])


def test_the_recommended_setting_is_what_is_simulated_unless_told_otherwise() -> None:
    recommended = [scenario for name, scenario in SETTINGS.items() if "recommended" in name]
    assert recommended == [MarketScenario()]
    assert replace(recommended[0], exact=True) in SETTINGS.values()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["--only", "chess"], "no setting is named so; choose of:"), (["--seeds", "0"], "at least 1")],
)
def test_a_study_of_nothing_is_refused(
    arguments: list[str],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["market", *arguments])
    with pytest.raises(SystemExit):
        main()
    assert sentence in capsys.readouterr().err
