"""Withdrawals whose transaction comes to nothing: each ends as what really happened to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from relayer.chain.eip712 import Withdrawal
from relayer.chain.errors import NodeRefusalError
from relayer.chain.node import Node
from relayer.chain.transport import Question
from relayer.clock import ManualClock
from relayer.keys import Signer
from relayer.store.withdrawals import Withdrawal as Row
from tests.chain import ETHER, GWEI, Chain, Player
from tests.integration.pipeline.test_reorganisations import depth_since, drop
from tests.integration.pipeline.test_whole_path import earn
from tests.pipeline import Pipeline

RECEIVER = "0x" + "ab" * 20
RIVAL_KEY = (0xFEED).to_bytes(32, "big")
AMOUNT_WEI = 10**12
#: Code that reverts whatever it is asked.
REFUSAL = "0x60006000fd"


def sign(player: Player, chain: Chain, *, lasts_s: int = 5_000) -> tuple[Withdrawal, bytes]:
    deadline = chain.now() + lasts_s
    return player.withdraw(RECEIVER, AMOUNT_WEI, deadline=deadline, max_fee_gwei=100)


def row(pipeline: Pipeline, digest: str) -> Row:
    found = pipeline.store.withdrawals.get(digest)
    assert found is not None
    return found


def is_(pipeline: Pipeline, digest: str, status: str) -> Callable[[], bool]:
    return lambda: row(pipeline, digest).status.value == status


def has_no_payment(pipeline: Pipeline, digest: str) -> Callable[[], bool]:
    return lambda: row(pipeline, digest).paid_hash is None


def send_as_rival(chain: Chain, message: Withdrawal, signature: bytes) -> str:
    """Another relayer brings the same withdrawal, and pays more to be first."""
    request = {
        "player": message.player,
        "to": message.to,
        "amountWei": message.amount_wei,
        "nonce": message.nonce,
        "deadline": message.deadline,
        "maxFeeGwei": message.max_fee_gwei,
    }
    data = chain.forwarder.interface.encode(
        "withdrawFor", request, signature[:32], signature[32:], [chain.trainer.address]
    )
    return send_dear(chain, RIVAL_KEY, data)


def send_dear(chain: Chain, key: bytes, data: bytes) -> str:
    """Send at a high price; while blocks are mined, the transaction is in one afterwards."""
    sender = Signer(key).address
    chain.node.request("anvil_impersonateAccount", [sender])
    chain.node.request("anvil_setBalance", [sender, hex(ETHER)])
    fields: dict[str, Any] = {
        "from": sender,
        "to": chain.forwarder.address,
        "data": "0x" + data.hex(),
        "gas": hex(500_000),
        "maxFeePerGas": hex(90 * GWEI),
        "maxPriorityFeePerGas": hex(50 * GWEI),
    }
    sent = str(chain.node.request("eth_sendTransaction", [fields]))
    if chain.node.request("anvil_getAutomine", []):
        chain.anvil.await_receipt(sent)
    return sent


def test_withdrawal_that_another_relayer_brought_first_is_confirmed_by_its_transaction(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    message, signature = sign(earn(pipeline, chain), chain)
    digest = pipeline.queue_withdrawal(message, signature)
    chain.stop_mining()
    pipeline.step()
    assert is_(pipeline, digest, "sent")()
    rival = send_as_rival(chain, message, signature)
    chain.mine()
    chain.go_on_mining()
    pipeline.run_until(is_(pipeline, digest, "confirmed"))
    found = row(pipeline, digest)
    assert (found.paid_hash, found.reason) == (rival, None)
    assert chain.node.balance_wei(RECEIVER) == AMOUNT_WEI - 100 * GWEI, "paid once"
    sent = pipeline.store.transactions.get(found.transaction_id or 0)
    assert sent is not None
    assert sent.reason == "reverted"
    assert pipeline.store.suspects.of([digest]) == {}


def test_withdrawal_that_was_paid_already_costs_nothing_and_outlives_a_reorganisation(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    player = earn(pipeline, chain)
    message, signature = sign(player, chain)
    late = sign(player, chain, lasts_s=900)
    used, first = chain.node.transaction_count(chain.relayer), chain.node.head().number
    rivals = [send_as_rival(chain, message, signature), send_as_rival(chain, *late)]
    chain.pass_time(1_000)
    digests = [pipeline.queue_withdrawal(message, signature), pipeline.queue_withdrawal(*late)]
    pipeline.step()
    assert is_(pipeline, digests[1], "queued")(), "the payment is not final yet"
    for digest, rival in zip(digests, rivals, strict=True):
        pipeline.run_until(is_(pipeline, digest, "confirmed"))
        assert row(pipeline, digest).paid_hash == rival
    assert chain.node.transaction_count(chain.relayer) == used

    drop(chain, depth_since(chain, first))
    for digest in digests:
        pipeline.run_until(has_no_payment(pipeline, digest))
        pipeline.run_until(is_(pipeline, digest, "confirmed"))
        assert row(pipeline, digest).transaction_id is not None, "this time it is our own"
    assert chain.node.balance_wei(RECEIVER) == 2 * (AMOUNT_WEI - 100 * GWEI)


class CountingNode(Node):
    """A real node that counts what it is asked."""

    requests = 0
    refuses_events = False

    def request(self, method: str, params: Sequence[Any]) -> Any:
        """Count one question."""
        self.requests += 1
        if method == "eth_getLogs" and self.refuses_events:
            raise NodeRefusalError(method, 4444, "pruned history unavailable")
        return super().request(method, params)

    def request_many(self, questions: Sequence[Question]) -> list[Any]:
        """Count one question, for it is one request."""
        self.requests += 1
        return super().request_many(questions)


def test_a_withdrawal_that_waits_asks_the_node_nothing_until_there_is_a_new_block(
    chain: Chain, tmp_path: Path
) -> None:
    node = CountingNode(chain.url)
    pipeline = Pipeline.start(chain, tmp_path, node=node)
    message, signature = sign(earn(pipeline, chain), chain)
    pipeline.step()
    idle = asked_by_a_step(pipeline, node)
    send_as_rival(chain, message, signature)
    digest = pipeline.queue_withdrawal(message, signature)
    pipeline.step()
    assert is_(pipeline, digest, "queued")(), "the payment is not final yet"
    assert asked_by_a_step(pipeline, node) == idle
    pipeline.run_until(is_(pipeline, digest, "confirmed"))


def asked_by_a_step(pipeline: Pipeline, node: CountingNode) -> int:
    before = node.requests
    pipeline.step()
    return node.requests - before


def test_a_withdrawal_that_the_node_tells_nothing_of_holds_up_no_other(
    chain: Chain, tmp_path: Path
) -> None:
    node = CountingNode(chain.url)
    pipeline = Pipeline.start(chain, tmp_path, node=node)
    player = earn(pipeline, chain)
    paid, other = sign(player, chain), sign(player, chain)
    send_as_rival(chain, *paid)
    node.refuses_events = True
    digests = [pipeline.queue_withdrawal(*each) for each in (paid, other)]
    pipeline.run_until(is_(pipeline, digests[1], "confirmed"))
    assert is_(pipeline, digests[0], "queued")(), "nothing follows from a refusal"
    node.refuses_events = False
    pipeline.run_until(is_(pipeline, digests[0], "confirmed"))


def test_withdrawal_whose_nonce_served_another_request_fails(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    player = earn(pipeline, chain)
    twin = sign(player, chain)
    send_as_rival(chain, *twin)
    used = player.contribute(chain.trainer.address, deadline=chain.now() + 5_000, label=1)
    player.next_nonce -= 1
    pipeline.run_until(pipeline.all_are(pipeline.queue([used]), "confirmed"))
    digest = pipeline.queue_withdrawal(*sign(player, chain))
    pipeline.run_until(is_(pipeline, digest, "failed"))
    assert row(pipeline, digest).reason == "nonce-used"


def test_withdrawal_whose_balance_is_gone_fails_after_some_blocks(
    chain: Chain, tmp_path: Path
) -> None:
    clock = ManualClock(float(chain.now()))
    pipeline = Pipeline.start(chain, tmp_path, clock=clock)
    player = earn(pipeline, chain)
    trainer, interface = chain.trainer.address, chain.forwarder.interface
    send_dear(chain, RIVAL_KEY, interface.encode("collect", trainer, [player.address]))
    balance_wei = chain.forwarder.read(chain.node, "player", player.address)[0]
    chain.stop_mining()
    digest = pipeline.queue_withdrawal(*sign(player, chain))
    pipeline.step()
    send_dear(chain, player.key, interface.encode("withdraw", player.address, balance_wei))
    chain.mine()
    chain.go_on_mining()
    pipeline.run_until(is_(pipeline, digest, "queued"))
    pipeline.step()
    clock.advance(120)
    pipeline.run_until(is_(pipeline, digest, "failed"))
    assert row(pipeline, digest).reason == "balance-too-low"


def test_withdrawal_to_a_receiver_that_refuses_fails_for_that(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    digest = pipeline.queue_withdrawal(*sign(earn(pipeline, chain), chain))
    chain.stop_mining()
    pipeline.step()
    chain.node.request("anvil_setCode", [RECEIVER, REFUSAL])
    chain.mine()
    chain.go_on_mining()
    pipeline.run_until(is_(pipeline, digest, "failed"))
    chain.node.request("anvil_setCode", [RECEIVER, "0x"])
    assert row(pipeline, digest).reason == "receiver-refused"


class ModestNode(Node):
    """A node that estimates too little gas."""

    def estimate_gas(self, *arguments: Any, **named: Any) -> int:
        """A third of what it takes."""
        return super().estimate_gas(*arguments, **named) // 3


def test_withdrawal_that_reverts_without_a_cause_is_tried_a_few_times(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    signed = sign(earn(pipeline, chain), chain)
    pipeline.worker.close()
    pipeline = Pipeline.start(chain, tmp_path, node=ModestNode(chain.url))
    used = chain.node.transaction_count(chain.relayer)
    digest = pipeline.queue_withdrawal(*signed)
    pipeline.run_until(is_(pipeline, digest, "failed"))
    assert row(pipeline, digest).reason == "reverted"
    assert chain.node.transaction_count(chain.relayer) == used + 3
