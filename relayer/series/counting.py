"""What one transaction, one settlement or one batch adds to the series: functions of its rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from relayer.chain.wire import RECORD_HEAD_BYTES
from relayer.intake.fees import GWEI, WITHDRAWAL_UNITS
from relayer.series.histogram import bucket_of
from relayer.series.names import Series
from relayer.settle.reserves import add_fees_wei, reserve_wei
from relayer.store.batches import Batch
from relayer.store.countings import Claim, FinalTransaction, SettledGroup
from relayer.store.series import Part
from relayer.store.statuses import BatchStatus, TransactionKind

#: Where the amount lies in the calldata of `withdrawCredit(address,uint256)`.
_CREDIT_AMOUNT = slice(36, 68)


def parts_of_transaction(final: FinalTransaction) -> list[Part]:
    """Return what a transaction adds that came to its end in a block."""
    parts = [
        Part(Series.GAS_WEI, final.kind, final.at, final.gas * final.price_wei),
        Part(Series.GAS, final.kind, final.at, final.gas),
    ]
    if not final.succeeded:
        return parts
    if final.kind == TransactionKind.CREDIT:
        amount_wei = int.from_bytes(final.data[_CREDIT_AMOUNT], "big")
        parts.append(Part(Series.WITHDRAWN_WEI, "", final.at, amount_wei))
    if final.withdrawal_max_fee_gwei is not None:
        fee_wei = min(WITHDRAWAL_UNITS * final.price_wei, final.withdrawal_max_fee_gwei * GWEI)
        parts.append(Part(Series.EARNED_WEI, "withdrawals", final.at, fee_wei))
    if final.accepted_at:
        parts.append(Part(Series.CONFIRMED, "", final.at, len(final.accepted_at)))
        parts += _durations(final)
    return parts


def parts_of_settled(group: SettledGroup) -> list[Part]:
    """Return what an event adds that settled contributions, whoever caused it."""
    at, count = group.members[0].settled_at, len(group.members)
    sample_bytes = sum(member.sample_bytes for member in group.members)
    fees_wei = group.fees_wei
    if fees_wei is None:
        # Somebody else settled them: what is ours is the fee for bringing them.
        fees_wei = _brought_wei(group.batch, count, sample_bytes)
    rewards_wei = min(fees_wei, sum(member.fee_from_rewards_wei for member in group.members))
    parts = [
        Part(Series.EARNED_WEI, "rewards", at, rewards_wei),
        Part(Series.EARNED_WEI, "tank", at, fees_wei - rewards_wei),
    ]
    counts: Counter[str] = Counter(member.outcome for member in group.members)
    parts += [Part(Series.SETTLED, outcome, at, each) for outcome, each in counts.items()]
    stakes_wei: Counter[str] = Counter()
    for member in group.members:
        stakes_wei[member.outcome] += member.stake_wei
    parts += [Part(Series.STAKE_WEI, outcome, at, each) for outcome, each in stakes_wei.items()]
    waits = (member.settled_at - member.confirmed_at for member in group.members)
    return [*parts, *_buckets(Series.CONFIRMED_SETTLED, waits, at)]


def claim_of(batch: Batch | None) -> Claim | None:
    """Return what is still to come back of a batch that final blocks hold, or None."""
    if batch is None or batch.status is not BatchStatus.CONFIRMED or not batch.terms:
        return None
    open_map = int(batch.open_map or "0x0", 16)
    count = open_map.bit_count()
    if count == 0:
        return None
    terms, header = json.loads(batch.terms), json.loads(batch.header or "{}")
    lengths = _sample_lengths(batch.records or b"")
    sample_bytes = sum(length for index, length in enumerate(lengths) if open_map >> index & 1)
    return Claim(
        trainer=batch.trainer,
        count=count,
        stake_wei=count * header["stakeWei"],
        reserve_wei=reserve_wei(terms, header, count, sample_bytes),
    )


def _durations(final: FinalTransaction) -> Iterator[Part]:
    """How long each contribution of a batch took, step by step, each where it ended."""
    count, sent_at = len(final.accepted_at), final.broadcast_at or final.mined_at
    waits = (sent_at - accepted_at for accepted_at in final.accepted_at)
    yield from _buckets(Series.QUEUED_SENT, waits, sent_at)
    yield Part(Series.SENT_MINED, bucket_of(final.mined_at - sent_at), final.mined_at, count)
    yield Part(Series.MINED_CONFIRMED, bucket_of(final.at - final.mined_at), final.at, count)


def _buckets(name: Series, durations_s: Iterable[float], at: float) -> Iterator[Part]:
    for bucket, count in Counter(map(bucket_of, durations_s)).items():
        yield Part(name, bucket, at, count)


def _brought_wei(batch: Batch, count: int, sample_bytes: int) -> int:
    if not batch.terms or not batch.header:
        return 0
    return add_fees_wei(json.loads(batch.terms), json.loads(batch.header), count, sample_bytes)


def _sample_lengths(records: bytes) -> Iterator[int]:
    """The lengths alone: to decode whole records takes far longer."""
    cursor = 0
    while cursor + RECORD_HEAD_BYTES <= len(records):
        length = int.from_bytes(records[cursor + 22 : cursor + RECORD_HEAD_BYTES], "big")
        yield length
        cursor += RECORD_HEAD_BYTES + length
