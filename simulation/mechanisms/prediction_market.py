"""The twin of `PredictionMarket.sol`: who wins a market, to the wei.

A model learns the contributions in order and answers the test set after each. Then come passes over
the accounts that survive. An account is a contribution or, in a grouped market, a contributor with
all its contributions. In each pass a surviving contribution scores the right answers after it less
those after the survivor before it (the initial model's for the first), and an account the sum over
its contributions. Rounds are played, all that remain when no score is negative, otherwise as many
as every balance covers; an account below its stake then drops out with what is left to it.

The bounty has one round for each wei. Scores are in parts of the test set, balances in wei times
its size: every step is exact. Only rounds and pay-outs are rounded down, to whole wei.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from relayer.chain.wire import Record
from relayer.models.classifier import Classifier, features_in


class MarketError(ValueError):
    """A market that the contract would not hold."""


@dataclass(frozen=True)
class Pass:
    """One pass.

    Attributes:
        rounds_wei: rounds that were played.
        scores: score of each account in parts of the test set; 0 for those that are out.
        dropped: accounts that dropped out in this pass.
    """

    rounds_wei: int
    scores: tuple[int, ...]
    dropped: tuple[int, ...]


@dataclass(frozen=True)
class Outcome:
    """How a market ended.

    Attributes:
        payouts_wei: what each contribution is paid, its stake included.
        returned_wei: what goes back to the provider.
        passes: the passes that were played; none when a time-out ended the market.
    """

    payouts_wei: tuple[int, ...]
    returned_wei: int
    passes: tuple[Pass, ...] = ()


def replay(
    model: Classifier, contributions: Sequence[Record], test_set: Sequence[Record]
) -> list[int]:
    """Right answers over the test set: the initial model's, then after each contribution.

    The model is left as the last contribution leaves it.

    Args:
        model: the initial model.
        contributions: records that fit the model, in order.
        test_set: the records that score, which fit the model as well.
    """
    rights = [_right_answers(model, test_set)]
    for record in contributions:
        model.learn(record.label, features_in(record.sample))
        rights.append(_right_answers(model, test_set))
    return rights


def accounts_of(contributions: Sequence[Record], *, grouped: bool) -> list[int]:
    """The account of each contribution, numbered as they come up."""
    if not grouped:
        return list(range(len(contributions)))
    numbers: dict[str, int] = {}
    return [numbers.setdefault(record.player, len(numbers)) for record in contributions]


def score(
    rights: Sequence[int],
    accounts: Sequence[int],
    *,
    test_size: int,
    stake_wei: int,
    bounty_wei: int,
) -> Outcome:
    """Share a bounty by the passes.

    Args:
        rights: right answers of the initial model, then after each contribution.
        accounts: account of each contribution, numbered from 0 without gaps.
        test_size: records that score.
        stake_wei: stake of each contribution.
        bounty_wei: the bounty.

    Raises:
        MarketError: the numbers do not belong to one market.
    """
    _check(rights, accounts, test_size, stake_wei, bounty_wei)
    sizes = [accounts.count(account) for account in range(max(accounts) + 1)]
    stakes = [size * stake_wei * test_size for size in sizes]
    balances = list(stakes)
    passes: list[Pass] = []
    remaining_wei = bounty_wei
    while remaining_wei > 0 and any(map(_survives, balances, stakes)):
        played = _play(rights, accounts, balances, stakes, remaining_wei)
        remaining_wei -= played.rounds_wei
        passes.append(played)
    each_wei = [
        balance // (size * test_size) for balance, size in zip(balances, sizes, strict=True)
    ]
    payouts_wei = tuple(each_wei[account] for account in accounts)
    total_wei = bounty_wei + stake_wei * len(accounts)
    return Outcome(payouts_wei, total_wei - sum(payouts_wei), tuple(passes))


def time_out(contributions: int, *, stake_wei: int, bounty_wei: int) -> Outcome:
    """Share a bounty after a time-out: equal shares beside the stakes, or all of it back."""
    if contributions == 0:
        return Outcome((), bounty_wei)
    share_wei, rest_wei = divmod(bounty_wei, contributions)
    return Outcome((stake_wei + share_wei,) * contributions, rest_wei)


def _check(
    rights: Sequence[int],
    accounts: Sequence[int],
    test_size: int,
    stake_wei: int,
    bounty_wei: int,
) -> None:
    if not accounts or len(rights) != len(accounts) + 1:
        raise MarketError("A market has contributions, and one more right answer than those.")
    if set(accounts) != set(range(max(accounts) + 1)):
        raise MarketError("Accounts are numbered from 0 without gaps.")
    if test_size < 1 or not all(0 <= right <= test_size for right in rights):
        raise MarketError("Right answers are between 0 and the size of the test set, at least 1.")
    if stake_wei < 1 or bounty_wei < 1:
        raise MarketError("Stake and bounty are at least one wei.")


def _survives(balance: int, stake: int) -> bool:
    return balance >= stake


def _play(
    rights: Sequence[int],
    accounts: Sequence[int],
    balances: list[int],
    stakes: Sequence[int],
    remaining_wei: int,
) -> Pass:
    """Play one pass: move the balances."""
    surviving = [_survives(*pair) for pair in zip(balances, stakes, strict=True)]
    scores = [0] * len(balances)
    before = rights[0]
    for account, right in zip(accounts, rights[1:], strict=True):
        if surviving[account]:
            scores[account] += right - before
            before = right
    covered = [
        balance // -score for balance, score in zip(balances, scores, strict=True) if score < 0
    ]
    rounds_wei = min([remaining_wei, *covered])
    for account, points in enumerate(scores):
        balances[account] += points * rounds_wei
    dropped = tuple(
        account
        for account, survived in enumerate(surviving)
        if survived and not _survives(balances[account], stakes[account])
    )
    return Pass(rounds_wei, tuple(scores), dropped)


def _right_answers(model: Classifier, test_set: Sequence[Record]) -> int:
    return sum(model.predict(features_in(record.sample)) == record.label for record in test_set)
