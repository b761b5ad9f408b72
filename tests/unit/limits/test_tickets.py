"""Tickets as text: only the very text that was issued is genuine."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relayer.client import RelayerClientError, issue_play_ticket
from relayer.limits import KeyToken, PlayTicket
from relayer.limits.tickets import is_genuine, issue, read
from tests.unit.limits.unhurried import UNHURRIED

KEY = KeyToken("0123456789ab", "5a" * 32)
PLAYER = "0x52908400098527886E0F7030069857D2E4169EE7"


def make_ticket(**overrides: Any) -> str:
    fields: dict[str, Any] = {"expires_at": 1_700_000_000, "player": PLAYER, "uses": 2}
    return issue(KEY.reveal(), "round-7", **(fields | overrides))


@UNHURRIED
@given(
    st.text(min_size=1, max_size=100),
    st.sampled_from([PLAYER, None]),
    st.integers(1, 2**53 - 1),
    st.integers(1, 1_000),
)
def test_what_is_issued_is_read_and_genuine(
    round_id: str, player: str | None, expires_at: int, uses: int
) -> None:
    text = issue(KEY.reveal(), round_id, expires_at=expires_at, player=player, uses=uses)
    if len(text) <= 1_024:
        assert read(text) == PlayTicket(KEY.id, round_id, player, expires_at, uses)
        assert is_genuine(text, [KeyToken.mint().ticket_secret(), KEY.ticket_secret()])


def test_no_changed_character_is_genuine() -> None:
    text = make_ticket()
    for place, old in enumerate(text):
        for new in "A.z0=\u00e9":
            changed = text[:place] + new + text[place + 1 :]
            if new != old:
                assert read(changed) is None or not is_genuine(changed, [KEY.ticket_secret()])


def test_another_key_signs_nothing_for_this_one() -> None:
    assert not is_genuine(make_ticket(), [KeyToken.mint().ticket_secret()])
    assert not is_genuine(make_ticket(), [])
    assert not is_genuine(make_ticket(), [KEY.secret.encode()])


@UNHURRIED
@given(st.text(max_size=60))
def test_garbage_is_no_ticket(text: str) -> None:
    assert read(text) is None
    assert read(f"t1.{text}.x") is None or "." in text
    assert not is_genuine(text, [KEY.ticket_secret()])


@pytest.mark.parametrize(
    "values",
    [
        {"uses": 0},
        {"uses": 1_001},
        {"expires_at": 0},
        {"expires_at": 2**53},
        {"player": "0x12"},
    ],
)
def test_values_out_of_bounds_are_not_issued(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        make_ticket(**values)


def test_two_tickets_of_one_round_and_player_count_together() -> None:
    first, second = read(make_ticket()), read(make_ticket(expires_at=1_700_000_001, uses=9))
    other = read(make_ticket(player=None))
    assert first is not None
    assert second is not None
    assert other is not None
    assert first.identity == second.identity != other.identity


def test_the_kit_issues_tickets_for_any_spelling_of_a_player() -> None:
    text = issue_play_ticket(KEY.reveal(), "r", player=PLAYER.lower(), life_s=60, now=lambda: 100.5)
    assert read(text) == PlayTicket(KEY.id, "r", PLAYER, 160, 1)


@pytest.mark.parametrize(
    ("key", "round_id"), [("house_1_2", "r"), (KEY.reveal(), ""), (KEY.reveal(), "r" * 101)]
)
def test_the_kit_tells_why_no_ticket_can_be_issued(key: str, round_id: str) -> None:
    with pytest.raises(RelayerClientError, match="no ticket can be issued"):
        issue_play_ticket(key, round_id)
