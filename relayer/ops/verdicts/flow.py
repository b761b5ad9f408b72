"""Verdicts about what goes through: queue, lanes, failures, forfeits, pauses, webhooks."""

from __future__ import annotations

from typing import Any

from relayer.ops.verdicts.facts import Facts
from relayer.ops.verdicts.names import VerdictName
from relayer.ops.verdicts.verdict import (
    Remedy,
    Verdict,
    amber,
    counted,
    graded,
    green,
    in_words,
    level_from,
    red,
)
from relayer.store.intake_breaker import BreakerState
from relayer.store.signs import MOST_COUNTED
from relayer.store.switches import Switch

#: With fewer ends a share says nothing.
LEAST_ENDS = 10


def oldest_queued(facts: Facts) -> Verdict:
    """Judge how long the oldest request has waited to be sent."""
    name, settings = VerdictName.QUEUE, facts.settings
    waiting = [(queue.oldest_at, queue) for queue in facts.queues if queue.oldest_at is not None]
    if not waiting:
        return green(name, "Nothing waits to be sent.")
    oldest_at, queue = min(waiting, key=lambda each: each[0])
    age_s = max(0.0, facts.now - oldest_at)
    level = level_from(age_s, settings.queue_amber_s, settings.queue_red_s)
    return graded(
        name,
        level,
        f"Queued: {counted(queue.depth, queue.kind)}; the oldest has waited {in_words(age_s)}.",
        _way_on(facts),
    )


def stuck_nonce(facts: Facts) -> Verdict:
    """Judge how long the first transaction of a lane has waited for its block."""
    name, settings = VerdictName.STUCK, facts.settings
    if not facts.lanes:
        return green(name, "No transaction waits for a block.")
    first = min(facts.lanes, key=lambda lane: lane.waits_since)
    age_s = max(0.0, facts.now - first.waits_since)
    level = level_from(age_s, settings.stuck_amber_s, settings.stuck_red_s)
    return graded(
        name,
        level,
        f"Nonce {first.nonce} of {first.signer} ({first.kind}) has waited {in_words(age_s)} for "
        "its block.",
        Remedy(action="speed-up", arguments={"signer": first.signer, "nonce": str(first.nonce)}),
    )


def failure_ratio(facts: Facts) -> Verdict:
    """Judge the share of contributions that failed within 15 minutes."""
    name, settings = VerdictName.FAILURES, facts.settings
    ends = facts.failed + facts.confirmed
    sentence = f"Of {counted(ends, 'contribution')} in 15 minutes {facts.failed:,} failed"
    if ends < LEAST_ENDS:
        return green(name, f"{sentence}; too few to judge by.")
    percent = 100 * facts.failed // ends
    level = level_from(percent, settings.failures_amber_percent, settings.failures_red_percent)
    remedy = Remedy(
        **_seen(name), page="contributions", label="What failed", filters={"status": "failed"}
    )
    return graded(name, level, f"{sentence}, {percent} %.", remedy)


def forfeits(facts: Facts) -> Verdict:
    """Judge the share of settled contributions whose stakes were lost within a day."""
    name, settings = VerdictName.FORFEITS, facts.settings
    ends = facts.forfeited + facts.refunded
    sentence = (
        f"Of {counted(ends, 'contribution')} settled in a day {facts.forfeited:,} were forfeited"
    )
    if ends < LEAST_ENDS:
        return green(name, f"{sentence}; too few to judge by.")
    percent = 100 * facts.forfeited // ends
    level = level_from(percent, settings.forfeits_amber_percent, settings.forfeits_red_percent)
    remedy = Remedy(**_seen(name), page="players", label="Whose they are")
    return graded(name, level, f"{sentence}, {percent} %.", remedy)


def pauses(facts: Facts) -> Verdict:
    """Judge whether something stands still on purpose, or the intake's breaker keeps it closed."""
    name = VerdictName.PAUSES
    if facts.breaker is BreakerState.OPEN:
        return red(
            name,
            "The intake has closed itself: too much of what it took came to a bad end.",
            Remedy(action="resume-intake"),
        )
    for switch in (Switch.SENDING, Switch.INTAKE):
        pause = facts.pauses.get(switch)
        if pause is not None:
            age = in_words(max(0.0, facts.now - pause.paused_at))
            remedy = Remedy(action=f"resume-{switch}")
            return amber(name, f"The {switch} was paused {age} ago: {pause.reason}.", remedy)
    if facts.breaker is BreakerState.HALF_OPEN:
        return amber(name, "The intake lets a few contributions in, to see how they end.")
    return green(name, "Intake and sending are open.")


def webhook_backlog(facts: Facts) -> Verdict:
    """Judge how many messages to games are not delivered."""
    name, settings, waiting = VerdictName.WEBHOOKS, facts.settings, facts.webhooks_waiting
    level = level_from(waiting, settings.webhooks_amber, settings.webhooks_red)
    more = " or more" if waiting == MOST_COUNTED else ""
    return graded(
        name,
        level,
        f"{counted(waiting, 'webhook message')}{more} not delivered yet.",
        Remedy(page="webhooks", label="Webhooks"),
    )


def _seen(name: VerdictName) -> dict[str, Any]:
    """The action that leaves what is over behind."""
    return {"action": "mark-seen", "arguments": {"verdict": name.value}}


def _way_on(facts: Facts) -> Remedy:
    """What a queue waits for, as far as an operator can do something about it."""
    if Switch.SENDING in facts.pauses:
        return Remedy(action="resume-sending")
    return Remedy(page="batches", label="Batches")
