"""Shares are settled and claimed when it is worth it; gas limits always suffice."""

from __future__ import annotations

from relayer.keys import Signer
from relayer.oracle.answering import ANSWER_GAS
from relayer.oracle.calls import BASE_GAS, CLAIM_GAS, COMMIT_GAS, REVEAL_GAS, SETTLE_GAS
from relayer.oracle.contract import as_bytes, commitment_of
from relayer.oracle.earnings import SETTLE_COST_GAS
from tests.chain import ETHER, GWEI
from tests.integration.oracle.conftest import MakeService
from tests.oracle_panel import FEE_WEI, REQUESTER_KEY, RESPONDER_KEYS, Panel
from tests.topic_service import SPORT, WEATHER

SEATS = 16
SEAT_KEYS = [bytes([0x91 + number]) * 32 for number in range(SEATS)]


def address(number: int) -> str:
    return Signer(RESPONDER_KEYS[number]).address


def test_a_responder_settles_claims_and_gains(panel: Panel, serve: MakeService) -> None:
    before_wei = panel.chain.node.balance_wei(address(0))
    for number in range(3):
        panel.join(number, serve())
    request_id = panel.ask()
    panel.run_until(lambda: len(panel.events("Claimed")) == 3)
    panel.run_until(panel.stands(0, request_id, "ended"))
    assert panel.row(0, request_id).reason == "settled"
    assert panel.row(0, request_id).share_wei == FEE_WEI // 3
    gained_wei = panel.chain.node.balance_wei(address(0)) - before_wei
    assert 0 < FEE_WEI // 3 - gained_wei < FEE_WEI // 30, "gas takes less than a tenth"
    assert panel.chain.node.balance_wei(panel.oracle.address) == FEE_WEI % 3


def test_small_shares_wait_until_they_are_worth_it(panel: Panel, serve: MakeService) -> None:
    fee_wei = 3 * 200_000 * 2 * GWEI
    for number in range(3):
        panel.join(number, serve())
    first = panel.ask(WEATHER, fee_wei=fee_wei)
    panel.run_until(panel.stands(0, first, "earned"))
    for _ in range(5):
        panel.chain.mine()
        panel.turn()
    assert panel.events("Settled") == []
    others = [panel.ask(f"snow number {number}".encode(), fee_wei=fee_wei) for number in range(12)]
    panel.run_until(lambda: len(panel.events("Settled")) == 1 + len(others))
    panel.run_until(panel.stands(0, first, "ended"))


def test_what_somebody_else_settled_is_not_settled_again(panel: Panel, serve: MakeService) -> None:
    for number in range(3):
        panel.join(number, serve())
    request_id = panel.ask(fee_wei=3 * 200_000 * 2 * GWEI)
    panel.run_until(panel.stands(0, request_id, "earned"))
    data = panel.oracle.interface.encode("settle", [as_bytes(request_id)])
    panel.chain.send(REQUESTER_KEY, panel.oracle.address, data)
    panel.run_until(panel.stands(0, request_id, "ended"))
    assert panel.row(0, request_id).reason == "settled"
    assert len(panel.events("Settled")) == 1


def test_a_dear_base_fee_stops_everything_until_it_falls(panel: Panel, serve: MakeService) -> None:
    service = serve()
    panel.join(0, service, max_fee_per_gas_cap_wei=50 * GWEI)
    panel.ask()
    panel.chain.mine(2)
    panel.chain.set_base_fee(100 * GWEI)
    panel.turn()
    panel.turn()
    assert service.questions == []
    panel.chain.set_base_fee(GWEI)
    panel.run_until(lambda: len(panel.events("Committed")) == 1)


def test_no_transaction_runs_out_of_gas_with_the_largest_panel(panel: Panel) -> None:
    """Every storage word is new, every seat is paid for the first time, one item a transaction."""
    for key in SEAT_KEYS:
        panel.chain.node.request("anvil_setBalance", [Signer(key).address, hex(ETHER)])
    seats = [Signer(key).address for key in SEAT_KEYS]
    encode = panel.oracle.interface.encode
    panel.chain.send(
        panel.chain.deployer_key, panel.oracle.address, encode("changePanel", seats, 9)
    )
    request_id, salt = panel.ask(SPORT, fee_wei=FEE_WEI + 1), b"\x07" * 32
    key = as_bytes(request_id)
    used = {"commit": 0, "reveal": 0}
    for seat, owner in zip(seats, SEAT_KEYS, strict=True):
        data = encode("commit", [key], [commitment_of(request_id, seat, 2, salt)])
        used["commit"] = max(used["commit"], gas_used(panel, owner, data))
    for owner in SEAT_KEYS:
        data = encode("reveal", [key], [2], [salt])
        used["reveal"] = max(used["reveal"], gas_used(panel, owner, data))
    used["settle"] = gas_used(panel, SEAT_KEYS[0], encode("settle", [key]))
    used["claim"] = gas_used(panel, SEAT_KEYS[0], encode("claim"))
    assert panel.events("Settled")[0]["winnersMap"] == (1 << SEATS) - 1
    assert used["commit"] < COMMIT_GAS + BASE_GAS // 2
    assert used["reveal"] < REVEAL_GAS + BASE_GAS // 2
    assert used["settle"] < SETTLE_GAS + BASE_GAS // 2
    assert used["claim"] < CLAIM_GAS
    fixed = 21_000  # shared by the items of a batch, and paid for by the worth of a batch
    own = used["commit"] + used["reveal"] - 2 * fixed + SETTLE_COST_GAS
    assert ANSWER_GAS * 3 // 4 < own <= ANSWER_GAS, "what a fee is compared with is what it costs"


def gas_used(panel: Panel, key: bytes, data: bytes) -> int:
    """Gas of a transaction, before refunds where the receipt tells no more."""
    panel.chain.send(key, panel.oracle.address, data)
    block = panel.chain.node.request("eth_getBlockByNumber", ["latest", False])
    receipt = panel.chain.node.receipt(block["transactions"][0])
    assert receipt is not None
    return receipt.gas_used
