"""One whole life: play, batch, reward stage, reimbursement, withdrawal; then the report."""

from collections.abc import Callable
from random import Random

from relayer.client import RelayerClient
from relayer.clock import Clock
from sample_game.demo.live import LedgerReader, ledger_line
from sample_game.demo.model_score import score_model
from sample_game.demo.plan import FORFEIT_WAIT_S, GWEI, deck_words
from sample_game.demo.report import Report, Submissions
from sample_game.demo.stage import Stage
from sample_game.demo.terminal import Terminal
from sample_game.simulated_players.clue_book import load_clue_book
from sample_game.simulated_players.crowd import Journal
from sample_game.simulated_players.players import SimulatedPlayer, make_players

#: Statuses that a contribution leaves again by itself.
UNFINISHED = ("queued", "sent", "mined", "confirmed")
#: A withdrawal is done when final blocks hold it.
WITHDRAWAL_UNDER_WAY = ("queued", "sent", "mined")
#: Ends that mean: nothing happened on the chain, and the reason is said.
FAILED = ("failed", "expired", "cancelled")
#: Most that the settling of everything may take after the last contribution, in seconds.
SETTLED_WITHIN_S = FORFEIT_WAIT_S + 90.0
PLAYED_WITHIN_S = 200.0
WITHDRAWN_WITHIN_S = 45.0
#: How many players take their money out, and the most that the relayer may keep of it, each.
WITHDRAWING_PLAYERS = 3
WITHDRAWAL_MAX_FEE_GWEI = 90_000 * 20
#: How often the ledger line is shown, and how often the relayer is asked, in seconds.
SHOW_EVERY_S, ASK_EVERY_S = 5.0, 0.5


class Life:
    """Leads one life on a stage and writes its report."""

    def __init__(self, stage: Stage, terminal: Terminal, clock: Clock, began_at: float) -> None:
        self._stage = stage
        self._terminal = terminal
        self._clock = clock
        self._began_at = began_at
        self._reader = LedgerReader(stage)
        self._client = RelayerClient(stage.plan.ports.relayer_url)
        self._shown_at = self._asked_at = float("-inf")

    def lead(self) -> Report:
        """Go through everything and report.

        Raises:
            ProcessFailedError: a process ended, or a step took too long.
        """
        plan = self._stage.plan
        self._terminal.say(f"{plan.players} players hand in {plan.contributions} contributions")
        players = self._stage.start_players()
        self._wait("the players are done", lambda: not players.is_running, PLAYED_WITHIN_S)
        self._terminal.say("The reward stage: refunds, forfeits, fees")
        self._wait_patiently(self._everything_has_ended, SETTLED_WITHIN_S)
        self._terminal.say("Players and relayer take out what they earned")
        self._withdraw()
        return self._report()

    def _withdraw(self) -> None:
        withdrawals = [self._withdrawal_of(player) for player in self._richest_players()]
        self._wait_patiently(
            lambda: all(
                self._client.withdrawal(one)["status"] not in WITHDRAWAL_UNDER_WAY
                for one in withdrawals
            ),
            WITHDRAWN_WITHIN_S,
        )
        self._wait_patiently(
            lambda: self._reader.book.withdrawn_credit.total() > 0, WITHDRAWN_WITHIN_S
        )

    def _richest_players(self) -> list[SimulatedPlayer]:
        plan = self._stage.plan
        players = make_players(plan.players, plan.seed)
        by_money = sorted(players, key=self._money_wei, reverse=True)[:WITHDRAWING_PLAYERS]
        worth_it_wei = 2 * WITHDRAWAL_MAX_FEE_GWEI * GWEI
        return [player for player in by_money if self._money_wei(player) > worth_it_wei]

    def _money_wei(self, player: SimulatedPlayer) -> int:
        standing = self._client.player(player.address)
        return int(standing["balance_wei"]) + int(standing["unclaimed_wei"])

    def _withdrawal_of(self, player: SimulatedPlayer) -> str:
        withdrawal = self._client.withdraw(
            player.account,
            amount_wei=self._money_wei(player),
            max_fee_gwei=WITHDRAWAL_MAX_FEE_GWEI,
        )
        return str(withdrawal["id"])

    def _everything_has_ended(self) -> bool:
        return self._count(*UNFINISHED) == 0

    def _count(self, *statuses: str) -> int:
        return sum(1 for status in statuses for _ in self._client.contributions(status=status))

    def _wait(self, what: str, is_so: Callable[[], bool], at_most_s: float) -> None:
        self._stage.supervisor.wait_until(what, lambda: self._shows_and(is_so), at_most_s)

    def _wait_patiently(self, is_so: Callable[[], bool], at_most_s: float) -> None:
        """Wait, but let the report say what is missing when the time is over."""
        give_up_at = self._clock.now() + at_most_s
        self._wait("", lambda: is_so() or self._clock.now() > give_up_at, at_most_s * 2)

    def _shows_and(self, is_so: Callable[[], bool]) -> bool:
        if self._clock.now() >= self._shown_at + SHOW_EVERY_S:
            self._shown_at = self._clock.now()
            ledger = self._reader.read(self._stage.node)
            self._terminal.refresh(ledger_line(self._reader.book, ledger))
        if self._clock.now() < self._asked_at + ASK_EVERY_S:
            return False
        self._asked_at = self._clock.now()
        return is_so()

    def _report(self) -> Report:
        plan, node = self._stage.plan, self._stage.node
        ledger = self._reader.read(node)
        turns = Journal(plan.journal).read()
        clues = load_clue_book(deck_words(), plan.clues).split(Random(plan.seed))  # noqa: S311
        chance = Random(f"held out {plan.seed}")  # noqa: S311
        hunch = self._stage.deployment.trainers[0]
        model = score_model(node, hunch, ledger.block_number, clues, chance)
        submissions = Submissions(
            submitted=len(turns),
            accepted=sum(turn.accepted for turn in turns),
            failed=self._count(*FAILED),
            unfinished=self._count(*UNFINISHED),
        )
        seconds = self._clock.now() - self._began_at
        unbalanced = tuple(self._reader.unbalanced_blocks)
        return Report(
            submissions, self._reader.book, ledger, model, seconds, unbalanced, plan.pays_players
        )
