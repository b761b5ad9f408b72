"""Own wallets: what is taken, what is refused with which code, and whose points are whose."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sample_game.app import create_app
from sample_game.delegations import LONGEST_LIFE_S, MOST_CONTRIBUTIONS, MOST_DEVICES
from sample_game.settings import GameSettings
from tests.unit.game.conftest import Player, Table
from tests.wallets import Wallet, typed_data

CLUES = ["quartz", "hermit", "lantern"]
OTHER_CHAIN = 1


@dataclass
class Asking:
    """A page that asks wallets for delegations to its session key."""

    table: Table
    device: Player
    wallet: Wallet

    @property
    def key(self) -> Wallet:
        """The session key, signing typed data like a wallet."""
        return Wallet(self.device.account)

    def terms(self) -> dict[str, Any]:
        answer = self.table.game.get("/api/delegation-terms")
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def message(self, **overrides: Any) -> dict[str, Any]:
        terms = self.terms()
        message = {
            "wallet": self.wallet.address,
            "sessionKey": self.device.address,
            "game": terms["game"],
            "scope": terms["scope"],
            "contributionLimit": terms["contribution_limit"],
            "issuedAt": terms["now"],
            "expiresAt": terms["now"] + terms["life_s"],
        }
        return message | overrides

    def signed(self, message: dict[str, Any] | None = None, **parts: Any) -> dict[str, Any]:
        """A whole request; `parts` may name other signers, terms or a chain id."""
        message = self.message() if message is None else message
        terms = parts.get("terms", self.terms())
        form = typed_data(terms, "SessionDelegation", message)
        return {
            "message": message,
            "chain_id": parts.get("chain_id", terms["domain"]["chainId"]),
            "wallet_signature": parts.get("wallet", self.wallet).sign_typed_data(form),
            "session_signature": parts.get("key", self.key).sign_typed_data(form),
        }

    def send(self, request: dict[str, Any] | None = None) -> Any:
        return self.table.game.post(
            "/api/delegations", json=self.signed() if request is None else request
        )

    def delegate(self, **overrides: Any) -> dict[str, Any]:
        answer = self.send(self.signed(self.message(**overrides)))
        assert answer.status_code == 201, answer.text
        return dict(answer.get_json()["delegation"])

    def revoke(self, delegation_id: str, signer: Wallet, **overrides: Any) -> Any:
        terms = self.terms()
        message = {"delegation": delegation_id, "game": terms["game"]} | overrides
        form = typed_data(terms, "SessionRevocation", message)
        body = {"message": message, "chain_id": terms["domain"]["chainId"]}
        signature = signer.sign_typed_data(form)
        path = "/api/delegation-revocations"
        return self.table.game.post(path, json={**body, "signature": signature})

    def state(self) -> str | None:
        answer = self.table.game.get(f"/api/delegations/{self.device.address}").get_json()
        return answer["delegation"] and str(answer["delegation"]["state"])

    def standing(self) -> dict[str, Any]:
        return dict(self.table.game.get(f"/api/players/{self.device.address}").get_json())

    def play(self) -> None:
        """Give clues; one point."""
        round_ = self.device.start("clue")
        answer = self.device.give(self.device.signed_clues(round_, CLUES))
        assert answer.status_code == 202, answer.text
        self.table.clock.advance(1)


@pytest.fixture
def asking(table: Table) -> Asking:
    return Asking(table, table.player(), Wallet())


def refused(answer: Any) -> str:
    assert answer.mimetype == "application/problem+json"
    assert answer.status_code in (400, 422), answer.text
    return str(answer.get_json()["code"])


def test_one_signature_lets_the_device_play_for_the_wallet(asking: Asking) -> None:
    asking.play()
    assert asking.standing()["wallet"] is None
    asking.delegate()
    asking.play()
    standing = asking.standing()
    assert (standing["wallet"], standing["score"]) == (asking.wallet.address.lower(), 2)
    assert asking.state() == "living"


def test_several_devices_of_a_wallet_stand_together(asking: Asking, table: Table) -> None:
    other = Asking(table, table.player(), asking.wallet)
    stranger = Asking(table, table.player(), Wallet())
    table.stand_in.points = 3
    for device in (asking, other, stranger):
        device.play()
    asking.delegate()
    other.delegate()
    assert asking.standing()["score"] == other.standing()["score"] == 2
    assert asking.standing()["record"]["points"] == 9, "both devices and the wallet itself"
    assert stranger.standing()["score"] == 1


def test_the_wallet_is_shown_what_it_allows_in_words(asking: Asking) -> None:
    asking.delegate()
    (shown,) = asking.wallet.shown
    assert "moves no money" in shown["message"]["scope"]
    assert shown["message"]["game"] == "http://localhost"
    assert shown["domain"]["name"] == "Hunch"


def test_points_count_for_the_wallet_until_the_limit_is_used_up(asking: Asking) -> None:
    asking.delegate(contributionLimit=2)
    for _ in range(3):
        asking.play()
    assert asking.state() == "used-up"
    standing = asking.standing()
    assert (standing["wallet"], standing["score"]) == (None, 1), "the third is the device's own"
    assert asking.table.stand_in.contributions  # play goes on
    again = Asking(asking.table, asking.table.player(), asking.wallet)
    again.delegate()
    assert again.standing()["score"] == 2


def test_points_count_for_the_wallet_until_the_time_is_up(asking: Asking) -> None:
    now = asking.terms()["now"]
    asking.delegate(expiresAt=now + 100)
    asking.play()
    asking.table.clock.advance(100)
    asking.play()
    assert asking.state() == "expired"
    assert (asking.standing()["wallet"], asking.standing()["score"]) == (None, 1)


@pytest.mark.parametrize("side", ["wallet", "key"])
def test_either_side_ends_it_and_points_stay_where_they_were_earned(
    asking: Asking, side: str
) -> None:
    delegation = asking.delegate()
    asking.play()
    signer = asking.wallet if side == "wallet" else asking.key
    assert asking.revoke(delegation["id"], signer).status_code == 200
    assert asking.revoke(delegation["id"], signer).status_code == 200, "again is harmless"
    asking.table.clock.advance(1)
    asking.play()
    assert asking.state() == "revoked"
    assert (asking.standing()["wallet"], asking.standing()["score"]) == (None, 1)


def test_a_wallet_sees_its_devices_and_ends_one_that_was_lost(asking: Asking, table: Table) -> None:
    lost = Asking(table, table.player(), asking.wallet)
    kept, gone = asking.delegate(), lost.delegate()

    def devices() -> set[str]:
        path = f"/api/wallets/{asking.wallet.address}/delegations"
        return {one["id"] for one in table.game.get(path).get_json()["delegations"]}

    assert devices() == {kept["id"], gone["id"]}
    assert asking.revoke(gone["id"], asking.wallet).status_code == 200
    assert devices() == {kept["id"]}
    assert (asking.state(), lost.state()) == ("living", "revoked")


def test_nobody_else_ends_it(asking: Asking) -> None:
    delegation = asking.delegate()
    answer = asking.revoke(delegation["id"], Wallet())
    assert refused(answer) == "delegation-bad-signature"
    other_site = asking.revoke(delegation["id"], asking.wallet, game="https://evil.example")
    assert refused(other_site) == "delegation-wrong-origin"
    unknown = asking.revoke("0x" + "ab" * 32, asking.wallet)
    assert refused(unknown) == "delegation-unknown"
    assert asking.state() == "living"


def test_an_end_for_another_chain_is_refused(asking: Asking) -> None:
    delegation = asking.delegate()
    terms = asking.terms()
    message = {"delegation": delegation["id"], "game": terms["game"]}
    signature = asking.wallet.sign_typed_data(typed_data(terms, "SessionRevocation", message))
    body = {"message": message, "chain_id": OTHER_CHAIN, "signature": signature}
    answer = asking.table.game.post("/api/delegation-revocations", json=body)
    assert refused(answer) == "delegation-wrong-chain"


def test_the_same_delegation_again_is_harmless_while_it_lives(asking: Asking) -> None:
    request = asking.signed()
    first, again = asking.send(request), asking.send(request)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json()["delegation"]["id"] == again.get_json()["delegation"]["id"]


def test_a_delegation_that_was_taken_back_does_not_come_again(asking: Asking) -> None:
    request = asking.signed()
    delegation = asking.send(request).get_json()["delegation"]
    asking.revoke(delegation["id"], asking.wallet)
    assert refused(asking.send(request)) == "delegation-revoked"


def test_an_old_delegation_that_turns_up_is_refused(asking: Asking) -> None:
    request = asking.signed()
    asking.table.clock.advance(3600)
    assert refused(asking.send(request)) == "delegation-stale"


def test_a_delegation_from_the_future_is_refused(asking: Asking) -> None:
    later = asking.terms()["now"] + 3600
    message = asking.message(issuedAt=later, expiresAt=later + 100)
    assert refused(asking.send(asking.signed(message))) == "delegation-stale"


def test_a_new_delegation_ends_the_one_before(asking: Asking) -> None:
    first = asking.signed()
    asking.send(first)
    asking.table.clock.advance(1)
    asking.delegate(contributionLimit=7)
    assert refused(asking.send(first)) == "delegation-revoked"
    assert asking.state() == "living"


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"game": "https://evil.example"}, "delegation-wrong-origin"),
        ({"scope": "Do whatever you like."}, "delegation-wrong-scope"),
        ({"contributionLimit": 0}, "delegation-too-wide"),
        ({"contributionLimit": MOST_CONTRIBUTIONS + 1}, "delegation-too-wide"),
        ({"expiresAt": 1}, "delegation-expired"),
        ({"expiresAt": 2**40 - 1}, "delegation-too-wide"),
        ({"expiresAt": 2**40}, "malformed-request"),
        ({"contributionLimit": "5"}, "malformed-request"),
        ({"contributionLimit": True}, "malformed-request"),
        ({"wallet": "0x12"}, "malformed-request"),
        ({"scope": "x\n"}, "malformed-request"),
    ],
)
def test_a_delegation_outside_of_the_terms_is_refused(
    asking: Asking, overrides: dict[str, Any], code: str
) -> None:
    fitting = asking.signed()
    request = fitting | {"message": asking.message(**overrides)}
    assert refused(asking.send(request)) == code
    assert asking.state() is None


def test_the_longest_life_is_taken_and_no_second_more(asking: Asking) -> None:
    now = asking.terms()["now"]
    beyond = asking.message(expiresAt=now + LONGEST_LIFE_S + 1)
    assert refused(asking.send(asking.signed(beyond))) == "delegation-too-wide"
    asking.delegate(expiresAt=now + LONGEST_LIFE_S)


def test_a_wallet_on_another_chain_is_refused(asking: Asking) -> None:
    terms = asking.terms()
    elsewhere = terms | {"domain": terms["domain"] | {"chainId": OTHER_CHAIN}}
    assert refused(asking.send(asking.signed(terms=elsewhere))) == "delegation-wrong-chain"
    feigned = asking.signed(terms=elsewhere, chain_id=terms["domain"]["chainId"])
    assert refused(asking.send(feigned)) == "delegation-bad-signature"


def test_a_wallet_that_somebody_else_signed_for_is_refused(asking: Asking) -> None:
    assert refused(asking.send(asking.signed(wallet=Wallet()))) == "delegation-bad-signature"


def test_nobody_takes_the_points_of_a_device_that_did_not_agree(asking: Asking) -> None:
    asking.play()
    thief = asking.signed(key=Wallet())
    assert refused(asking.send(thief)) == "delegation-no-consent"
    assert asking.standing()["wallet"] is None
    assert asking.standing()["score"] == 1


@pytest.mark.parametrize("spoil", ["", "0x", "0x12", "no hex", "0x" + "00" * 65])
def test_what_is_no_signature_is_refused(asking: Asking, spoil: str) -> None:
    request = asking.signed() | {"wallet_signature": spoil}
    assert refused(asking.send(request)) == "delegation-bad-signature"


def test_the_mirrored_signature_of_a_wallet_is_refused(asking: Asking) -> None:
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    request = asking.signed()
    raw = bytes.fromhex(request["wallet_signature"][2:])
    high_s = (order - int.from_bytes(raw[32:64], "big")).to_bytes(32, "big")
    mirrored = raw[:32] + high_s + bytes([55 - raw[64]])
    answer = asking.send(request | {"wallet_signature": f"0x{mirrored.hex()}"})
    assert refused(answer) == "delegation-bad-signature"


def test_every_signed_member_is_bound(asking: Asking) -> None:
    request = asking.signed()
    for name, value in (("contributionLimit", 7), ("expiresAt", asking.terms()["now"] + 60)):
        changed = request | {"message": request["message"] | {name: value}}
        assert refused(asking.send(changed)) == "delegation-bad-signature"
    more = request | {"message": request["message"] | {"more": 1}}
    assert refused(asking.send(more)) == "malformed-request"


def test_a_device_plays_for_one_wallet_at_a_time(asking: Asking) -> None:
    first = asking.delegate()
    second = Asking(asking.table, asking.device, Wallet())
    assert refused(second.send()) == "session-key-taken"
    asking.revoke(first["id"], asking.key)
    asking.table.clock.advance(1)
    second.delegate()
    assert second.standing()["wallet"] == second.wallet.address.lower()


def test_a_wallet_needs_no_delegation_to_itself(asking: Asking) -> None:
    own = Asking(asking.table, asking.device, Wallet(asking.device.account))
    assert refused(own.send()) == "delegation-to-itself"


def test_a_game_that_does_not_know_its_own_address_takes_wallets_at_home_only(
    asking: Asking,
) -> None:
    away = asking.table.game.get("/api/delegation-terms", base_url="https://hunch.example")
    assert refused(away) == "wallets-off"
    home = asking.table.game.get("/api/delegation-terms", base_url="http://127.0.0.1:8000")
    assert home.get_json()["game"] == "http://127.0.0.1:8000"


def test_what_a_request_calls_itself_does_not_change_the_games_address(
    table: Table, tmp_path: Path
) -> None:
    settings = GameSettings(
        database=tmp_path / "public.db",
        relayer_url=table.relayer_url,
        origin="https://hunch.example",
    )
    game = create_app(settings, clock=table.clock).test_client()
    terms = game.get("/api/delegation-terms", headers={"Host": "evil.example"}).get_json()
    assert terms["game"] == "https://hunch.example"


def test_so_many_devices_play_for_one_wallet_and_no_more(table: Table) -> None:
    wallet = Wallet()
    devices = [Asking(table, table.player(), wallet) for _ in range(MOST_DEVICES + 1)]
    first, *others, late = devices
    ended = first.delegate()["id"]
    for device in others:
        device.delegate()
    table.clock.advance(1)
    assert refused(late.send()) == "too-many-devices"
    assert others[0].delegate()["state"] == "living", "signed anew it takes no more room"
    table.clock.advance(1)
    assert first.revoke(ended, wallet).status_code == 200
    assert late.delegate()["state"] == "living"
