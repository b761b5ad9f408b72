"""What a market's provider does: commit, open, reveal, claim. State is read from the chain alone.

Every method may be called again after an interruption: what has happened already is told, and not
done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from relayer.chain.answers import Block, Receipt
from relayer.chain.contracts import bind
from relayer.chain.errand import run_errand
from relayer.chain.node import Node
from relayer.clock import Clock
from relayer.deployment import PredictionMarketEntry, TrainerEntry
from relayer.keys import Signer
from relayer.market.commitment_checks import check_test_set
from relayer.market.errors import NotYourTurnError, UnusableTestSetError
from relayer.market.estimates import estimate_step
from relayer.market.fitting import TRANSACTION_GAS_CAP, StepFitting
from relayer.market.pieces import HiddenTestSet, Piece, load_test_set
from relayer.market.public_data import PublicData, read_public_data
from relayer.market.steps import (
    Step,
    draw_step,
    needs_test_set,
    provider_step,
    public_step,
    replay_step,
)
from relayer.market.view import MarketView, Phase, read_views
from relayer.models.replay_gas import AddingUnits

_GAS_MARGIN_PERCENT = 120

Report = Callable[[str], None]


class Provider:
    """One market as its provider sees it.

    Args:
        node: the chain.
        entry: the market in the deployment file.
        signer: the provider's account; anybody's for opening and revealing.
        clock: for waiting.
        step_gas: most gas that one transaction may ask for.
        first_block: the deployment's first block; no event of the market is older.
        fee: what is paid for adding a contribution; None: nobody knows.
        report: is told about each transaction in a sentence.
    """

    def __init__(
        self,
        node: Node,
        entry: TrainerEntry,
        signer: Signer,
        *,
        clock: Clock,
        step_gas: int,
        first_block: int = 0,
        fee: AddingUnits | None = None,
        report: Report = lambda line: None,
    ) -> None:
        self._node = node
        self._entry = entry
        self._signer = signer
        self._clock = clock
        self._step_gas = step_gas
        self._first_block = first_block
        self._fee = fee
        self._report = report
        self._market = bind("PredictionMarket", entry.address)
        self._fitting = StepFitting()

    def view(self) -> MarketView:
        """Where the market stands.

        Raises:
            NodeError: the node does not answer.
        """
        return read_views(self._node, [self._market], self._node.head())[0]

    def commit(
        self, chain_id: int, pieces: Callable[[], Sequence[Piece]], bounty_wei: int, secret: Path
    ) -> HiddenTestSet:
        """Writes the secret file, then locks the bounty and commits to the test set.

        A secret file of this market that is there already is used as it is: it is what an
        interrupted commitment left.

        Raises:
            NotYourTurnError: another account is the provider, or the market is past that phase.
            UnusableTestSetError: the file cannot be used, or a piece does not fit the model.
            ChainError: the chain did not take the commitment.
        """
        self._require_provider()
        view = self.view()
        if view.phase is not Phase.ANNOUNCED:
            raise NotYourTurnError(
                f"the market is in the phase {view.phase.word}: it is committed already"
            )
        test_set = self._saved(secret, chain_id) or self._save(secret, chain_id, pieces())
        check_test_set(self._node, self._entry, test_set, self._fee, self._signer.address)
        data = self._market.interface.encode("commit", test_set.leaves)
        self._run("commit", data, value_wei=bounty_wei)
        return test_set

    def advance(self, test_set: HiddenTestSet | None, *, drives: bool = False) -> str | None:
        """Takes the one step that is the provider's turn now; returns its name, or None.

        Args:
            test_set: without it only what needs none is done.
            drives: whether to take the relayers' steps too: replay, passes, closing.

        Raises:
            MarketError: the market refuses the step.
            ChainError: the chain did not take it.
        """
        view = self.view()
        if view.can_be_drawn:
            return self._take(view, draw_step(view))
        if needs_test_set(view) and test_set is not None:
            return self._take(view, provider_step(view, test_set))
        if drives and view.phase is Phase.REPLAY:
            return self._take(view, replay_step(view, self._public_data(view)))
        driven = public_step(view) if drives else None
        if driven is not None:
            return self._take(view, driven)
        if view.phase.is_over and self.claimable_wei(view) > 0:
            self.claim()
            return "claim"
        return None

    def open_or_reveal(self, test_set: HiddenTestSet) -> int:
        """Opens the drawn piece, or reveals the others; returns the number of transactions.

        Raises:
            MarketError: the market refuses a step.
            ChainError: the chain did not take it.
        """
        first = self.view()
        taken = 0
        view = first
        while needs_test_set(view) and view.phase is first.phase:
            self._take(view, provider_step(view, test_set))
            taken += 1
            view = self.view()
        return taken

    def claimable_wei(self, view: MarketView) -> int:
        """What this account could claim now; a lapsed market is closed by the claim."""
        if view.phase is Phase.LAPSED:
            data = self._market.interface.encode("claim")
            answer = self._node.call(self._market.address, data, sender=self._signer.address)
            return int(self._market.interface.decode("claim", answer)[0])
        return int(self._market.read(self._node, "claimableWei", self._signer.address))

    def claim(self) -> int:
        """Takes out what the market keeps for this account; returns it in wei.

        Raises:
            NotYourTurnError: there is nothing to claim.
            ChainError: the chain did not take it.
        """
        amount_wei = self.claimable_wei(self.view())
        if amount_wei == 0:
            raise NotYourTurnError(
                f"the market keeps nothing for {self._signer.address}: it has not ended, the money "
                "was claimed, or the bounty went to the participants"
            )
        self._run("claim", self._market.interface.encode("claim"))
        return amount_wei

    @property
    def is_provider(self) -> bool:
        """Whether the account is the one that may commit."""
        mechanism = self._entry.mechanism
        return (
            isinstance(mechanism, PredictionMarketEntry)
            and mechanism.provider == self._signer.address
        )

    def _public_data(self, view: MarketView) -> PublicData:
        data_handler = bind("DataHandler", self._entry.data_handler)
        return read_public_data(
            self._node, self._market, data_handler, self._first_block, view.block_number
        )

    def _require_provider(self) -> None:
        if not self.is_provider:
            raise NotYourTurnError(
                f"{self._signer.address} is not the provider of {self._entry.name}; "
                "use the account that the deployment names"
            )

    def _saved(self, secret: Path, chain_id: int) -> HiddenTestSet | None:
        if not secret.exists():
            return None
        test_set = load_test_set(secret)
        if (test_set.chain_id, test_set.market) != (chain_id, self._entry.address):
            raise UnusableTestSetError(
                f"{secret} is the secret of another market. Choose another file with --secret."
            )
        self._report(f"using     {secret}, which is there already")
        return test_set

    def _save(self, secret: Path, chain_id: int, pieces: Sequence[Piece]) -> HiddenTestSet:
        test_set = HiddenTestSet(chain_id, self._entry.address, tuple(pieces))
        check_test_set(self._node, self._entry, test_set, self._fee, self._signer.address)
        test_set.save(secret)
        self._report(f"wrote     {secret}: keep it, without it the bounty is lost")
        return test_set

    def _take(self, view: MarketView, step: Step) -> str:
        size, gas_limit = self._fitting.fit(
            step.name,
            step.most,
            lambda size: estimate_step(
                self._node, view.contract, step.encode(size), self._signer.address
            ),
            self._step_gas,
            min(self._head().gas_limit, TRANSACTION_GAS_CAP),
        )
        self._errand(step.name, step.encode(size), gas_limit, 0)
        return step.name

    def _run(self, name: str, data: bytes, *, value_wei: int = 0) -> Receipt:
        gas = estimate_step(self._node, self._market, data, self._signer.address, value_wei)
        gas_limit = TRANSACTION_GAS_CAP if gas is None else gas * _GAS_MARGIN_PERCENT // 100
        return self._errand(name, data, gas_limit, value_wei)

    def _errand(self, name: str, data: bytes, gas_limit: int, value_wei: int) -> Receipt:
        receipt = run_errand(
            self._node,
            self._signer,
            self._market.address,
            data,
            gas_limit,
            clock=self._clock,
            value_wei=value_wei,
        )
        self._report(f"{name:<9} {receipt.transaction_hash}: {receipt.gas_used} gas")
        return receipt

    def _head(self) -> Block:
        return self._node.head()
