"""The contract `Gamified` and its Python twin agree about every statement, point and badge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from relayer.batch.dry_run import Outcome
from relayer.chain.wire import Record, map_of
from simulation.mechanisms.gamified import Badge, Gamified, Standing, Statement
from tests.chain import Anvil
from tests.property.classifier_on_chain import ClassifierOnChain

DAY_S = 86_400
LAPSE_WAIT_S = 1_000
ROUNDS = 12
#: The last two share what the contract remembers of a validator.
PLAYERS = [f"0x{number:040x}" for number in (0xA1, 0xB3, 0xC5, 0xD7, 0xE9, (1 << 40) + 0xA0)]


class GamifiedOnChain(ClassifierOnChain):
    """The contract alone: its deployer is its trainer."""

    def note_authors(self, records: bytes, accepted_map: int) -> int:
        """Write down authors; return how many words are new."""
        new: int = self._ask("noteAuthors", records, accepted_map)[0]
        self._transact("noteAuthors", records, accepted_map)
        return new

    def validate(self, records: bytes, open_map: int, statements: bytes) -> tuple[int, bytes]:
        """Hear statements; return what is settled and the outcomes."""
        settled_map, outcomes = self._ask("validate", 1, records, open_map, statements)
        self._transact("validate", 1, records, open_map, statements)
        return settled_map, outcomes

    def _ask(self, function: str, *arguments: Any) -> Any:
        data = self.contract.interface.encode(function, *arguments)
        answer = self._node.call(self.contract.address, data, sender=self._sender)
        return self.contract.interface.decode(function, answer)


@dataclass
class Both:
    """The contract and the twin, told the same."""

    anvil: Anvil
    contract: GamifiedOnChain
    twin: Gamified
    random: Random

    def play_round(self) -> None:
        """A batch, some of it left out, and statements about it, many of them bad."""
        authors = self.random.choices(PLAYERS, k=self.random.randint(1, 6))
        records = b"".join(Record(author, 0, b"\x00\x01").pack() for author in authors)
        accepted = {place for place in range(len(authors)) if self.random.random() < 0.8}
        now = self.anvil.node.head().timestamp + self.random.choice([60, DAY_S, DAY_S, 3 * DAY_S])
        self.anvil.node.request("evm_setNextBlockTimestamp", [now])
        data = records, map_of(accepted)
        assert self.contract.note_authors(*data) == self.twin.note_authors(
            [authors[place] for place in sorted(accepted)], now
        )
        said = [
            Statement(self.random.choice(PLAYERS), self.random.randrange(len(authors)))
            for _ in range(8)
        ]
        packed = b"".join(bytes.fromhex(each.validator[2:]) + bytes([each.place]) for each in said)
        still_open = set(accepted)
        expected = self.twin.validate(authors, still_open, said)
        settled_map, outcomes = self.contract.validate(records, map_of(accepted), packed)
        assert list(map(Outcome, outcomes)) == expected
        assert settled_map == map_of(accepted - still_open)

    def assert_same_standings(self) -> None:
        for player in PLAYERS:
            assert self._on_chain(player) == self.twin.standing(player)

    def _on_chain(self, player: str) -> Standing:
        kept = self.contract.read("standing", player)
        tags = [kept["lastValidators"] >> 40 * place & ((1 << 40) - 1) for place in range(3)]
        own = Standing(
            kept["contributed"],
            kept["points"],
            {badge for badge in Badge if kept["badges"] >> badge & 1},
            kept["streakDays"],
            kept["lastDay"],
        )
        own.latest_validators.extend(tag for tag in tags if tag)
        return own


@pytest.fixture(scope="module")
def anvil() -> Iterator[Anvil]:
    """A chain with nothing on it."""
    chain = Anvil()
    yield chain
    chain.stop()


@pytest.mark.parametrize("distinct_validators", [0, 1, 3])
def test_contract_and_twin_agree_about_every_statement(
    anvil: Anvil, distinct_validators: int
) -> None:
    contract = GamifiedOnChain.deploy(anvil.node, "Gamified", distinct_validators, LAPSE_WAIT_S)
    both = Both(
        anvil, contract, Gamified(distinct_validators, LAPSE_WAIT_S), Random(distinct_validators)
    )
    for _ in range(ROUNDS):
        both.play_round()
    both.assert_same_standings()
    assert any(both.twin.standing(player).points for player in PLAYERS)
