"""Orders that move the house's own money, each exactly once, wherever a worker is killed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from relayer.keys import Signer
from relayer.store.orders import OrderKind
from relayer.worker import Worker
from tests.chain import ETHER, GWEI, Chain
from tests.integration.orders.giving import give, has_ended, run_to_end
from tests.kill import Fuse, FusedClock, FusedNode, FusedSigner, Killed
from tests.pipeline import Pipeline, make_settings

HIGH = ETHER // 10
#: Its checksum is right.
TREASURY = "0x52908400098527886E0F7030069857D2E4169EE7"


def set_balance(chain: Chain, address: str, balance_wei: int) -> None:
    chain.node.request("anvil_setBalance", [address, hex(balance_wei)])
    chain.mine()


def start(chain: Chain, folder: Path, treasury: bytes | None = None, **overrides: Any) -> Pipeline:
    return Pipeline.start(chain, folder, treasury=treasury, signer_high_wei=HIGH, **overrides)


def test_signer_is_topped_up_to_the_high_mark_though_it_is_not_low(
    chain: Chain, tmp_path: Path
) -> None:
    treasury = chain.hire(9, allowed=False)
    set_balance(chain, chain.relayer, HIGH - GWEI)
    pipeline = start(chain, tmp_path, treasury)
    pipeline.step()
    give(pipeline, OrderKind.TOP_UP, account=chain.relayer)
    assert run_to_end(pipeline) == (
        "done",
        f"1 gwei went from the treasury to {chain.relayer}",
    )
    assert chain.node.balance_wei(chain.relayer) == HIGH
    give(pipeline, OrderKind.TOP_UP, "order-2", account=chain.relayer)
    state, words = run_to_end(pipeline, "order-2")
    assert (state, "holds 0.1 ether" in words) == ("refused", True)


def test_tank_is_topped_up_within_the_limit_of_the_settings(chain: Chain, tmp_path: Path) -> None:
    treasury = chain.hire(9, allowed=False)
    pipeline = start(chain, tmp_path, treasury, tank_top_up_most_wei=ETHER // 4)
    before_wei = chain.tank()["availableWei"]
    for order_id in ("order-1", "order-at-the-same-time"):
        give(pipeline, OrderKind.TOP_UP, order_id, account="tank", amount_wei=str(ETHER // 4))
    assert run_to_end(pipeline) == ("done", "0.25 ether went from the treasury to the tank")
    state, words = run_to_end(pipeline, "order-at-the-same-time")
    assert (state, "on its way to tank already" in words) == ("refused", True)
    assert chain.tank()["availableWei"] == before_wei + ETHER // 4
    give(pipeline, OrderKind.TOP_UP, "order-2", account="tank", amount_wei=str(ETHER // 4 + 1))
    state, words = run_to_end(pipeline, "order-2")
    assert (state, "at most 0.25 ether" in words) == ("refused", True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"account": "tank", "amount_wei": "1"}, "at most 0 wei"),
        ({"account": TREASURY}, "is not one of the signers"),
    ],
)
def test_money_goes_nowhere_else(
    chain: Chain, tmp_path: Path, arguments: dict[str, str], words: str
) -> None:
    pipeline = start(chain, tmp_path, chain.hire(9, allowed=False))
    give(pipeline, OrderKind.TOP_UP, **arguments)
    state, told = run_to_end(pipeline)
    assert (state, words in told) == ("refused", True)


def test_poor_or_missing_treasury_is_named(chain: Chain, tmp_path: Path) -> None:
    set_balance(chain, chain.relayer, HIGH // 2)
    pipeline = start(chain, tmp_path / "none")
    give(pipeline, OrderKind.TOP_UP, account=chain.relayer)
    assert "there is no treasury" in run_to_end(pipeline)[1]
    poor = start(chain, tmp_path / "poor", chain.hire(9, allowed=False, balance_wei=GWEI))
    give(poor, OrderKind.TOP_UP, account=chain.relayer)
    assert "has 1 gwei left" in run_to_end(poor)[1]


def earn(pipeline: Pipeline) -> int:
    """Lets the signer earn credit; returns how much."""
    chain = pipeline.chain
    ids = pipeline.queue(pipeline.contributions(20, players=20))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    chain.pass_time(61)
    pipeline.run_until(pipeline.all_are(ids, "settled"))
    credit_wei: int = chain.forwarder.read(chain.node, "credit", chain.relayer)
    assert credit_wei > 0
    return credit_wei


def test_credits_are_withdrawn_to_the_treasury_of_the_settings(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = start(chain, tmp_path, treasury_address=TREASURY)
    credit_wei = earn(pipeline)
    give(pipeline, OrderKind.WITHDRAW, to=TREASURY)
    give(pipeline, OrderKind.WITHDRAW, "order-2", to=TREASURY)  # at the same time
    state, words = run_to_end(pipeline)
    assert (state, words.endswith(f"of credit went to {TREASURY}")) == ("done", True)
    assert chain.node.balance_wei(TREASURY) == credit_wei
    state, words = run_to_end(pipeline, "order-2")
    assert (state, "owes the signers 0 wei" in words) == ("refused", True)
    give(pipeline, OrderKind.WITHDRAW, "order-3", to=chain.sponsor)
    assert "is not the worker's treasury_address" in run_to_end(pipeline, "order-3")[1]


def test_without_an_address_nothing_is_withdrawn(chain: Chain, tmp_path: Path) -> None:
    pipeline = start(chain, tmp_path)
    give(pipeline, OrderKind.WITHDRAW, to=TREASURY)
    assert "set treasury_address" in run_to_end(pipeline)[1]


def fused(chain: Chain, folder: Path, treasury: bytes, fuse: Fuse) -> Pipeline:
    settings = make_settings(chain, folder, signer_high_wei=HIGH)
    worker = Worker(
        settings,
        clock=FusedClock(fuse),
        node=FusedNode(chain.url, fuse),
        signers=[FusedSigner(chain.relayer_key, fuse)],
        treasury=FusedSigner(treasury, fuse),
    )
    return Pipeline(chain, settings, worker)


def prepare(chain: Chain, folder: Path, treasury: bytes) -> tuple[Pipeline, Fuse]:
    """A worker that has seen the chain, and an order for it."""
    folder.mkdir()
    pipeline = fused(chain, folder, treasury, fuse := Fuse())
    pipeline.step()
    give(pipeline, OrderKind.TOP_UP, account=chain.relayer)
    fuse.contacts.clear()
    return pipeline, fuse


def carry_on(pipeline: Pipeline) -> None:
    pipeline.worker.foreman.step(pipeline.chain.node.head(), may_send=True)


def test_killed_anywhere_while_topping_up_the_money_comes_once(
    chain: Chain, tmp_path: Path
) -> None:
    treasury = chain.hire(9, allowed=False)
    set_balance(chain, chain.relayer, HIGH // 2)
    snapshot = chain.node.request("evm_snapshot", [])
    whole, fuse = prepare(chain, tmp_path / "whole", treasury)
    carry_on(whole)
    whole.worker.close()
    assert "before eth_sendRawTransaction" in fuse.contacts
    # Between two questions to the node nothing has changed.
    points = [i for i, name in enumerate(fuse.contacts, 1) if "eth_get" not in name]
    for point in points:
        chain.node.request("evm_revert", [snapshot])
        snapshot = chain.node.request("evm_snapshot", [])
        first, fuse = prepare(chain, tmp_path / str(point), treasury)
        fuse.blow_at = point
        with pytest.raises(Killed):
            carry_on(first)
        first.worker.close()
        second = start(chain, tmp_path / str(point), treasury)
        second.run_until(has_ended(second))
        assert chain.node.balance_wei(chain.relayer) == HIGH
        assert chain.node.transaction_count(Signer(treasury).address) == 1
        second.worker.close()
