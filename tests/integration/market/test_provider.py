"""The provider's side: the secret is safe first, commands may be repeated, refusals are plain."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from relayer.chain.errand import ErrandError
from relayer.chain.node import Node
from relayer.chain.wire import Record
from relayer.cli import main
from relayer.clock import SystemClock
from relayer.keys import Signer, store_key
from relayer.market.errors import NotYourTurnError, UnusableTestSetError
from relayer.market.pieces import HiddenTestSet, Piece, load_test_set
from relayer.market.provider import Provider
from relayer.market.test_set_files import NO_PLAYER, cut
from relayer.market.view import Phase
from tests.chain import GWEI, Chain
from tests.fair import BOUNTY_WEI, PROVIDER_KEY, STRANGER_KEY, Fair
from tests.pipeline import Pipeline

CHAIN_ID = 31337


class DeadWire(Node):
    """A node that cannot be reached with transactions."""

    def send_raw(self, raw: bytes) -> str:
        raise KeyboardInterrupt


@pytest.fixture
def fair(chain: Chain, tmp_path: Path) -> Fair:
    for key in (PROVIDER_KEY, STRANGER_KEY):
        chain.node.request("anvil_setBalance", [Signer(key).address, hex(100 * 10**18)])
    return Fair(chain, Pipeline.start(chain, tmp_path), tmp_path)


def make_pieces(count: int = 8, sample: bytes = b"\x00\x01", size: int = 3) -> Sequence[Piece]:
    return cut([Record(NO_PLAYER, index % 2, sample) for index in range(count)], size)


def test_the_secret_is_on_disk_before_anything_is_sent(fair: Fair) -> None:
    provider = Provider(
        DeadWire(fair.chain.url),
        fair.entry,
        Signer(PROVIDER_KEY),
        clock=SystemClock(),
        step_gas=5_000_000,
    )
    with pytest.raises(KeyboardInterrupt):
        provider.commit(CHAIN_ID, make_pieces, BOUNTY_WEI, fair.secret)
    kept = load_test_set(fair.secret)
    assert fair.view.phase is Phase.ANNOUNCED
    # The next run commits to what is on disk, not to new salts.
    fair.provider().commit(CHAIN_ID, _must_not_be_called, BOUNTY_WEI, fair.secret)
    committed = fair.events(fair.contract, "Committed")[0]
    assert list(committed["leaves"]) == kept.leaves
    assert load_test_set(fair.secret) == kept


def _must_not_be_called() -> Sequence[Piece]:
    raise AssertionError("new pieces were made")


def test_a_market_is_committed_to_once(fair: Fair) -> None:
    fair.provider().commit(CHAIN_ID, make_pieces, BOUNTY_WEI, fair.secret)
    with pytest.raises(NotYourTurnError, match="committed already"):
        fair.provider().commit(CHAIN_ID, make_pieces, BOUNTY_WEI, fair.secret)
    assert fair.chain.node.balance_wei(fair.entry.address) == BOUNTY_WEI


def test_only_the_provider_commits(fair: Fair) -> None:
    with pytest.raises(NotYourTurnError, match="is not the provider"):
        fair.provider(STRANGER_KEY).commit(CHAIN_ID, make_pieces, BOUNTY_WEI, fair.secret)
    assert not fair.secret.exists()


def test_the_secret_of_another_market_is_left_alone(fair: Fair) -> None:
    other = Fair(fair.chain, fair.pipeline, fair.folder, "Grouped")
    other.provider().commit(CHAIN_ID, make_pieces, BOUNTY_WEI, fair.secret)
    with pytest.raises(UnusableTestSetError, match="another market"):
        fair.provider().commit(CHAIN_ID, make_pieces, BOUNTY_WEI, fair.secret)
    assert load_test_set(fair.secret).market == other.entry.address


@pytest.mark.parametrize(
    ("pieces", "why"),
    [
        (make_pieces(sample=b"\xff\xff"), "does not fit the model"),
        (make_pieces(sample=b"\x00\x01\x00\x01"), "does not fit the model"),
        (make_pieces(80), "would score"),
    ],
)
def test_what_could_never_be_revealed_or_replayed_is_not_committed_to(
    fair: Fair, pieces: Sequence[Piece], why: str
) -> None:
    with pytest.raises(UnusableTestSetError, match=why):
        fair.provider().commit(CHAIN_ID, lambda: pieces, BOUNTY_WEI, fair.secret)
    assert fair.view.phase is Phase.ANNOUNCED
    assert not fair.secret.exists()


def test_a_provider_without_the_money_is_told_so_and_keeps_its_secret(fair: Fair) -> None:
    fair.chain.node.request("anvil_setBalance", [Signer(PROVIDER_KEY).address, hex(GWEI)])
    with pytest.raises(ErrandError, match="Send it money"):
        fair.provider().commit(CHAIN_ID, make_pieces, BOUNTY_WEI, fair.secret)
    assert load_test_set(fair.secret).market == fair.entry.address


def test_nothing_is_sent_while_a_transaction_of_the_account_waits(fair: Fair) -> None:
    node, provider = fair.chain.node, Signer(PROVIDER_KEY).address
    fair.chain.stop_mining()
    node.request("anvil_impersonateAccount", [provider])
    node.request("eth_sendTransaction", [{"from": provider, "to": provider, "value": "0x1"}])
    with pytest.raises(ErrandError, match="under way"):
        fair.provider().commit(CHAIN_ID, make_pieces, BOUNTY_WEI, fair.secret)


def test_many_pieces_are_revealed_in_as_many_calls_as_they_need(fair: Fair) -> None:
    fair.piece_records = 1
    fair.open()
    fair.contribute_directly()
    fair.end_participation()
    provider = Provider(
        fair.chain.node, fair.entry, Signer(STRANGER_KEY), clock=SystemClock(), step_gas=200_000
    )
    assert fair.test_set is not None
    assert provider.open_or_reveal(fair.test_set) > 1
    assert fair.view.phase is Phase.REPLAY
    assert fair.view.test_size == fair.test_samples - 1
    assert provider.open_or_reveal(fair.test_set) == 0


@pytest.mark.parametrize(("percent", "replays"), [(79, False), (80, True)])
def test_a_test_set_larger_than_the_fees_pay_for_is_not_replayed(
    chain: Chain, tmp_path: Path, percent: int, replays: bool
) -> None:
    pipeline = Pipeline.start(chain, tmp_path, market_oversize_percent=percent)
    fair = Fair(chain, pipeline, tmp_path, "Small")
    chain.node.request("anvil_setBalance", [Signer(PROVIDER_KEY).address, hex(100 * 10**18)])
    # The command refuses to commit to so much, so a hostile provider does without it.
    fair.test_set = HiddenTestSet(CHAIN_ID, fair.entry.address, tuple(make_pieces(24, size=6)))
    data = fair.contract.interface.encode("commit", fair.test_set.leaves)
    chain.send(PROVIDER_KEY, fair.entry.address, data, BOUNTY_WEI)
    chain.mine(5)
    pipeline.run_until(lambda: fair.view.drawn)
    fair.provider().open_or_reveal(fair.test_set)
    ids = fair.contribute(3)
    fair.pipeline.run_until(fair.pipeline.all_are(ids, "confirmed"))
    fair.end_participation()
    fair.reveal()
    for _ in range(3):
        fair.pipeline.step()
        fair.chain.mine()
    if replays:
        fair.run_to_closed()
        return
    assert fair.view.phase is Phase.REPLAY
    why = fair.pipeline.worker.markets.blocked[fair.entry.address]
    assert "18 scoring samples" in why
    beat = fair.pipeline.store.chain_state.view().heartbeat
    assert beat is not None
    assert why in str(beat.detail)


def test_a_provider_can_drive_its_market_without_any_relayer(fair: Fair) -> None:
    test_set = fair.commit()
    provider = fair.provider()
    while fair.view.phase is Phase.DRAWING:
        assert provider.advance(test_set) in ("draw", "open")
    for features in ((1, 2, 3), (40, 50, 60), (1, 33, 34)):
        fair.contribute_directly(features)
    fair.end_participation()
    taken = []
    while (step := provider.advance(test_set, drives=True)) is not None:
        taken.append(step)
    assert taken == ["reveal", "replay", "passes", "claim"]
    assert fair.payouts() == fair.expected().payouts_wei
    open_wei = fair.contract.read(fair.chain.node, "openWei")
    assert fair.chain.node.balance_wei(fair.entry.address) == open_wei == sum(fair.payouts())


# --- the command


def relayer(chain: Chain, *arguments: str, **environment: str) -> Result:
    settings = ["--rpc-url", chain.url, "--deployment", str(chain.deployment_path)]
    return CliRunner().invoke(main, ["market", *arguments, *settings], env=environment)


def make_account(folder: Path) -> tuple[str, ...]:
    keystore = folder / "provider.json"
    if not keystore.exists():
        store_key(keystore, PROVIDER_KEY, "word")
    return ("--provider-keystore", str(keystore))


def test_the_command_takes_a_market_from_commitment_to_claim(fair: Fair, tmp_path: Path) -> None:
    samples = tmp_path / "samples.jsonl"
    lines = [{"label": index % 2, "features": [index]} for index in range(20)]
    samples.write_text("\n".join(json.dumps(line) for line in lines))
    secret = str(tmp_path / "secret.json")
    mine = ("--market", fair.entry.address, *make_account(tmp_path))
    committed = relayer(
        fair.chain,
        *("commit", str(samples), "--bounty", "0.01ether", "--piece-records", "5"),
        *("--secret", secret, *mine),
        PROVIDER_PASSWORD="word",
    )
    assert committed.exit_code == 0, committed.output
    assert "committed to 4 pieces" in committed.stdout
    assert status(fair)["phase"] == "drawing"
    fair.chain.mine(5)
    fair.pipeline.run_until(lambda: fair.view.drawn)
    reveal = ("reveal", "--secret", secret, *mine)
    assert run_ok(fair, *reveal).startswith("open")
    assert status(fair)["phase"] == "participation"
    refused = relayer(fair.chain, *reveal, PROVIDER_PASSWORD="word")
    assert refused.exit_code == 1
    assert "nothing can be opened or revealed now" in refused.output
    ids = fair.contribute(3)
    fair.pipeline.run_until(fair.pipeline.all_are(ids, "confirmed"))
    fair.end_participation()
    revealed = relayer(fair.chain, *reveal, "--json", PROVIDER_PASSWORD="word")
    assert json.loads(revealed.stdout) == {"market": fair.entry.address, "transactions": 1}
    assert revealed.stderr.startswith("reveal")
    fair.pipeline.run_until(fair.pipeline.all_are(ids, "settled"))
    told = status(fair)
    assert (told["phase"], told["contributions"], told["replayed"]) == ("closed", 3, 3)
    left_wei = fair.contract.read(fair.chain.node, "claimableWei", Signer(PROVIDER_KEY).address)
    claimed = relayer(fair.chain, "claim", *mine, "--json", PROVIDER_PASSWORD="word")
    assert json.loads(claimed.stdout)["claimed_wei"] == str(left_wei)
    assert fair.chain.node.balance_wei(fair.entry.address) == 0
    again = relayer(fair.chain, "claim", *mine, PROVIDER_PASSWORD="word")
    assert again.exit_code == 1
    assert "keeps nothing" in again.output


def run_ok(fair: Fair, *arguments: str) -> str:
    result = relayer(fair.chain, *arguments, PROVIDER_PASSWORD="word")
    assert result.exit_code == 0, result.output
    return result.output


def status(fair: Fair) -> dict[str, Any]:
    result = relayer(fair.chain, "status", "--json", "--market", fair.entry.address)
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.output)
    return told


def test_attending_ends_when_the_market_is_over(fair: Fair, tmp_path: Path) -> None:
    fair.open()
    fair.end_participation()
    mine = ("--market", fair.entry.address, *make_account(tmp_path))
    output = run_ok(fair, "attend", "--secret", str(fair.secret), *mine)
    assert "phase     lapsed" in output
    assert "claim" in output
    assert fair.chain.node.balance_wei(fair.entry.address) == 0


def test_the_command_asks_which_market_and_refuses_a_relayer_s_account(
    fair: Fair, tmp_path: Path
) -> None:
    unnamed = relayer(fair.chain, "status")
    assert unnamed.exit_code == 1
    assert "--market" in unnamed.output
    keystore = tmp_path / "relayer.json"
    store_key(keystore, fair.chain.relayer_key, "word")
    mine = ("--market", fair.entry.address, "--provider-keystore", str(keystore))
    refused = relayer(fair.chain, "claim", *mine, PROVIDER_PASSWORD="word")
    assert refused.exit_code == 1
    assert "relayer's account" in refused.output
