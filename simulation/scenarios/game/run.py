"""One game from the first clue to the last settlement: model, mechanism and house together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from sample_game.simulated_players.clue_book import ClueBook
from simulation.house import Added, House, OpenBatch, Settlement, Tank
from simulation.house.fees import own_fee_wei
from simulation.learning.word_bayes import WordBayes
from simulation.report.progress import Progress, untold
from simulation.scenarios.game.admission import Admission
from simulation.scenarios.game.batches import GameBatch, Rule, Verdict
from simulation.scenarios.game.confirming import Confirming
from simulation.scenarios.game.judging import Judging
from simulation.scenarios.game.outcome import Checkpoint, Outcome, Purse
from simulation.scenarios.game.parameters import ROLES, GameScenario
from simulation.scenarios.game.rounds import ClueRound, Table
from simulation.scenarios.game.setting import base_fees, departures, house_rules, model_parameters

#: More than any game spends: what a tank must hold is read off afterwards.
_FULL_TANK_WEI: Final = 10**30
_WORDS_PER_BATCH: Final = 2


def play(scenario: GameScenario, book: ClueBook, progress: Progress = untold) -> Outcome:
    """Play a game.

    Args:
        scenario: what was chosen.
        book: what people think of, for each of the words.
        progress: told how far the game is.
    """
    return _Game(scenario, book, progress).play()


class _Game:
    def __init__(self, scenario: GameScenario, book: ClueBook, progress: Progress) -> None:
        self._scenario = scenario
        self._progress = progress
        table = Table(scenario, book)
        self._rounds = table.deal()
        self._exam = table.exam()
        self._model = WordBayes(model_parameters(scenario), table.known_words)
        self._rule: Rule = Judging(scenario, self._model)
        if scenario.is_gamified:
            self._rule = Confirming(scenario, table.roles, table.guesser())
        self._house = House(house_rules(scenario), Tank(_FULL_TANK_WEI, _FULL_TANK_WEI))
        self._base_fees = base_fees(scenario)
        self._outcome = Outcome(
            self._exam.truths, purses={role: Purse() for role in ROLES if role in table.roles}
        )
        self._admission = Admission(scenario)
        self._batches: list[GameBatch] = []
        self._known_players: set[int] = set()
        self._paid_players: set[str] = set()
        self._slots = 0
        self._learnt = 0
        self._next_standing = 0

    def play(self) -> Outcome:
        """Let everything happen in the order of its time."""
        self._examine()
        leaving = departures(self._scenario, self._rounds, self._house.rules)
        ends_at = leaving[-1].mined_at + self._scenario.longest_wait_s
        next_batch, look_at = 0, 0.0
        while next_batch < len(leaving) or self._batches:
            look_at = self._next_look(look_at, is_over=next_batch == len(leaving))
            while next_batch < len(leaving) and leaving[next_batch].mined_at <= look_at:
                each = leaving[next_batch]
                self._bring(self._rounds[each.first : each.first + each.count], each.mined_at)
                next_batch += 1
            self._settle(look_at)
            self._note_standing()
            self._progress(min(1.0, look_at / ends_at))
        self._examine()
        return self._close_books()

    def _note_standing(self) -> None:
        """At the start, at as many moments as accuracy is measured, and at the end."""
        outcome, scenario = self._outcome, self._scenario
        settled = outcome.ends.total()
        is_over = settled > 0 and not self._batches
        if not outcome.standings or is_over or settled >= self._next_standing:
            outcome.note_standing(self._rule.stake_wei)
            self._next_standing = settled + max(1, len(self._rounds) // scenario.checkpoints)

    def _next_look(self, at: float, *, is_over: bool) -> float:
        """When it is looked next at what is due: when all has been said, only when something is."""
        every_s = self._scenario.settle_every_s
        looks = round(at / every_s) + 1
        if is_over:
            due_at = min(self._rule.next_due(batch, at) for batch in self._batches)
            looks = max(looks, math.ceil(due_at / every_s))
        return looks * every_s

    def _bring(self, members: Sequence[ClueRound], at: float) -> None:
        """A block has a batch: the house pays for it, the model learns it."""
        members = self._admission.admit(members)
        if not members:
            return
        in_house = self._pay_for(members, at)
        for each in members:
            self._outcome.purses[each.role].staked_wei += self._rule.stake_wei
        said = self._rule.said_of(members, at)
        self._batches.append(GameBatch(members, in_house, set(range(len(members))), said))
        self._outcome.batches += 1

    def _pay_for(self, members: Sequence[ClueRound], at: float) -> OpenBatch:
        players = {each.player for each in members}
        more_batches = max(0, len(self._batches) + 1 - self._slots)
        self._slots += more_batches
        new_slots = sum(self._learn(each) for each in members)
        new_slots += self._rule.note(members, at) + _WORDS_PER_BATCH * more_batches
        added = Added(
            accepted=len(members),
            sample_bytes=sum(each.sample_bytes for each in members),
            new_players=len(players - self._known_players),
            new_slots=new_slots,
        )
        self._known_players |= players
        return self._house.bring(at, self._base_fees.at(at), added, self._rule.stake_wei)

    def _learn(self, each: ClueRound) -> int:
        """Learn a contribution; returns words of storage that are new by it."""
        new = self._model.learn(each.label, each.words)
        self._learnt += 1
        scenario = self._scenario
        step = max(1, len(self._rounds) // scenario.checkpoints)
        if self._learnt % step == 0 and self._learnt < len(self._rounds):
            self._examine()
        return new

    def _settle(self, at: float) -> None:
        """Settle whatever is due now."""
        for verdict in self._rule.due(self._batches, at):
            if verdict.places:
                self._book(verdict, at)
        self._batches = [batch for batch in self._batches if batch.open]

    def _book(self, verdict: Verdict, at: float) -> None:
        batch = verdict.batch
        batch.open -= set(verdict.places)
        self._note(verdict, at)
        for places, is_late in ((verdict.agreed, False), (verdict.late, True)):
            for place in places:
                self._admission.note_settled(batch.members[place].player, is_late=is_late)
        agreed = set(batch.authors(verdict.agreed))
        new_slots = 0 if self._scenario.is_gamified else len(agreed - self._paid_players)
        self._paid_players |= agreed
        settlement = Settlement(
            refunded=len(verdict.agreed),
            forfeited=len(verdict.late),
            sample_bytes=[batch.members[place].sample_bytes for place in verdict.places],
            rewards_wei=[verdict.rewards_wei.get(place, 0) for place in verdict.places],
            new_slots=new_slots,
        )
        self._house.settle(at, self._base_fees.at(at), batch.in_house, settlement)

    def _note(self, verdict: Verdict, at: float) -> None:
        """Write down whose contributions came to what."""
        terms, base_fee_wei = verdict.batch.in_house.terms, self._base_fees.at(at)
        price_wei = terms.settle_price_wei(base_fee_wei + self._scenario.tip_wei, base_fee_wei)
        outcome, members = self._outcome, verdict.batch.members
        for place in verdict.agreed:
            outcome.purses[members[place].role].points += 1
            outcome.purses[members[place].role].refunded_wei += self._rule.stake_wei
            outcome.ends[members[place].role, members[place].is_true, False] += 1
        for place in verdict.late:
            outcome.ends[members[place].role, members[place].is_true, True] += 1
        for place, paid_wei in verdict.rewards_wei.items():
            purse = outcome.purses[members[place].role]
            purse.rewards_wei += paid_wei
            fee_wei = own_fee_wei(terms, members[place].sample_bytes, price_wei)
            purse.kept_wei += max(0, paid_wei - fee_wei)

    def _examine(self) -> None:
        ranks = self._model.ranks(self._exam.samples, self._exam.truths)
        self._outcome.checkpoints.append(
            Checkpoint(self._learnt, float((ranks == 0).mean()), float((ranks < 5).mean()))
        )

    def _close_books(self) -> Outcome:
        outcome, house = self._outcome, self._house
        outcome.refused = self._admission.refused
        outcome.house = house.history
        outcome.gas_units = house.units
        outcome.forfeited_wei = house.forfeited_wei
        outcome.to_players_wei = house.rewards_wei
        outcome.tank_wei = _FULL_TANK_WEI - min(each.available_wei for each in house.history)
        return outcome
