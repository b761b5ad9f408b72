"""What the worker forgets when nobody needs it any more."""

from __future__ import annotations

from relayer.clock import ManualClock
from relayer.limits.upkeep import ANSWERS_KEPT_S, LimitsUpkeep
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.audit import Deed, Via
from relayer.store.ops_answers import OpsAnswer


def test_answers_to_actions_are_forgotten_and_their_entries_in_the_log_are_not(
    store: Store,
) -> None:
    clock = ManualClock(1_700_000_000.0)
    upkeep = LimitsUpkeep(store, Settings(), clock)
    entry = store.audit.append(Deed("olga", Via.API, "ban", {}, "rude", "banned"), clock.now())
    answer = OpsAnswer("olga", "key-1", "ban", "{}", "rude", "banned", entry.sequence, clock.now())
    store.ops_answers.keep(answer)
    clock.advance(ANSWERS_KEPT_S)
    upkeep.step()
    assert store.ops_answers.get("olga", "key-1") == answer
    clock.advance(61)
    upkeep.step()
    assert store.ops_answers.get("olga", "key-1") is None
    assert store.audit.head()[0] == 1
