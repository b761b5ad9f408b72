"""Verdicts about money: how long it lasts, whom it is promised to, whether the books balance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from relayer.intake.fees import GWEI, budget_gwei, expected_price_wei
from relayer.ops.verdicts.budgets import read_budgets
from relayer.ops.verdicts.facts import Facts
from relayer.ops.verdicts.names import VerdictName
from relayer.ops.verdicts.verdict import (
    Remedy,
    Verdict,
    amber,
    counted,
    ether,
    graded,
    green,
    in_words,
    level_below,
    level_from,
    red,
)

_BUDGET = Remedy(page="budget", label="Budget")
_TOP_UP_TANK = replace(_BUDGET, action="top-up", arguments={"target": "tank"})
#: From when on a look at the books is too old to be told of as one.
BOOKS_STALE_S = 900.0
#: From so many hours on days are told as well.
_LONG_H = 48


def signer_balance(facts: Facts) -> Verdict:
    """Judge whether each signer can pay for gas and may spend."""
    name, signers = VerdictName.SIGNERS, facts.view.signers
    if not signers:
        return amber(name, "The worker has not looked at its signers yet.")
    for signer in signers:
        if signer.paused is not None:
            is_all = facts.view.signers_fault is not None
            remedy = Remedy(action="top-up", arguments={"target": signer.address})
            return (red if is_all else amber)(
                name, f"{signer.paused[:1].upper()}{signer.paused[1:]}.", remedy
            )
    poorest = min(signers, key=lambda signer: signer.balance_wei)
    low_wei = facts.settings.signer_low_wei
    sentence = (
        f"{counted(len(signers), 'signer')} can send; the poorest, {poorest.address}, holds "
        f"{ether(poorest.balance_wei)}"
    )
    if poorest.balance_wei < low_wei:
        remedy = Remedy(action="top-up", arguments={"target": poorest.address})
        return amber(name, f"{sentence}, below {ether(low_wei)}.", remedy)
    return green(name, f"{sentence}.")


def runway(facts: Facts) -> Verdict:
    """Judge how long the tank and the signers last at the pace of the last hours."""
    name, settings = VerdictName.RUNWAY, facts.settings
    if facts.burn.tank_gwei_per_h is None:
        return green(name, "How long the money lasts is told once ten minutes have been watched.")
    ends = sorted(_ends(facts), key=lambda end: end[0])
    if not ends:
        return green(name, "Nothing is spent at the moment, so the money lasts.")
    hours, words, remedy = ends[0]
    level = level_below(hours, settings.runway_amber_h, settings.runway_red_h)
    return graded(name, level, words, remedy)


def tank_reserved(facts: Facts) -> Verdict:
    """Judge whether the tank covers what is promised to the queue."""
    name, tank, now = VerdictName.TANK, facts.view.tank, facts.now
    if tank is None:
        return amber(name, "The worker has not looked into the tank yet.")
    if tank.paused:
        return red(name, "The sponsor has paused its tank; it alone can go on (`setPaused`).")
    if not tank.relayer_allowed:
        return red(
            name, "The sponsor allows none of the signers; `relayer signers allow` changes that."
        )
    if tank.available_wei < GWEI:
        return red(name, "The tank is empty: nothing is accepted.", _TOP_UP_TANK)
    left_gwei = budget_gwei(tank, now)
    percent = 100 * facts.promised_gwei // max(1, left_gwei)
    level = level_from(percent, facts.settings.promised_amber_percent, 100)
    return graded(
        name,
        level,
        f"Of {ether(left_gwei * GWEI)} that the tank may spend today {percent:,} % are promised "
        f"to what is queued and sent; {ether(tank.reserved_wei)} are set aside for settling.",
        _TOP_UP_TANK,
    )


def budget_left(facts: Facts) -> Verdict:
    """Judge what is left of the sponsor's daily limit and of the house's own budget."""
    name, tank, settings = VerdictName.BUDGET, facts.view.tank, facts.settings
    budgets = list(_budgets(facts))
    if tank is None or not budgets:
        return amber(name, "What is left of today's budget is known once the tank was read.")
    percent, words = min(budgets)
    level = level_below(percent, settings.budget_amber_percent, settings.budget_red_percent)
    return graded(name, level, f"{words}; it renews at 00:00 UTC.", _BUDGET)


def fee_cap(facts: Facts) -> Verdict:
    """Judge how near the base fee is to the lowest of the caps that stop sending."""
    name, head, tank = VerdictName.FEE_CAP, facts.view.head, facts.view.tank
    if head is None or tank is None:
        return amber(name, "The worker has not read the base fee yet.")
    cap_wei, whose = min(
        (facts.settings.max_fee_per_gas_cap_wei, "max_fee_per_gas_cap_wei"),
        (tank.price_cap_wei, "the sponsor's price cap"),
    )
    percent = 100 * head.base_fee_wei // max(1, cap_wei)
    level = level_from(percent, facts.settings.fee_amber_percent, 100)
    price_wei = expected_price_wei(head, tank)
    return graded(
        name,
        level,
        f"The base fee is {_gwei(head.base_fee_wei)}, {percent} % of {whose} "
        f"({_gwei(cap_wei)}); a contribution is reckoned at {_gwei(price_wei)} per gas.",
        Remedy(page="batches", label="Batches"),
    )


def books(facts: Facts) -> Verdict:
    """Judge whether what the store says is what the contracts hold."""
    name, check = VerdictName.BOOKS, facts.checks.get("books")
    if check is None:
        return amber(name, "The books have not been held against the chain yet.")
    faults, block = check.value["faults"], check.value["block_number"]
    age_s = max(0.0, facts.now - check.checked_at)
    if faults:
        return red(name, f"At block {block} the books are off: {'; '.join(faults)}.")
    sentence = (
        f"The books balance to the wei at block {block}, {in_words(age_s)} ago: the Forwarder "
        f"holds {ether(int(check.value['forwarder_wei']))}, and all that is open in the store is "
        "set aside there."
    )
    return amber(name, sentence) if age_s > BOOKS_STALE_S else green(name, sentence)


def _ends(facts: Facts) -> Iterator[tuple[float, str, Remedy]]:
    """When which money ends: hours, a sentence, what helps."""
    tank, burn, signers = facts.view.tank, facts.burn, facts.view.signers
    if tank is not None and burn.tank_gwei_per_h:
        hours = tank.available_wei // GWEI / burn.tank_gwei_per_h
        yield (
            hours,
            _lasts("The tank", tank.available_wei, hours, burn.tank_gwei_per_h),
            _TOP_UP_TANK,
        )
    if signers and burn.signers_gwei_per_h:
        held_wei = sum(signer.balance_wei for signer in signers)
        hours = held_wei // GWEI / burn.signers_gwei_per_h
        poorest = min(signers, key=lambda signer: signer.balance_wei).address
        yield (
            hours,
            _lasts("What the signers hold", held_wei, hours, burn.signers_gwei_per_h),
            replace(_BUDGET, action="top-up", arguments={"target": poorest}),
        )


def _lasts(what: str, held_wei: int, hours: float, gwei_per_h: int) -> str:
    words = in_words(hours * 3_600)
    if hours >= _LONG_H:
        words = f"{int(hours):,} h ({words})"
    return f"{what} lasts {words} more: {ether(held_wei)} at {ether(gwei_per_h * GWEI)} an hour."


def _budgets(facts: Facts) -> Iterator[tuple[int, str]]:
    """What is left of each budget: percent, and a sentence."""
    for budget in read_budgets(facts.view.tank, facts.charged, facts.settings, facts.now):
        percent = budget.left_percent
        yield percent, f"{ether(budget.left_wei)} ({percent} %) are left of {budget.words}"


def _gwei(amount_wei: int) -> str:
    whole, rest = divmod(amount_wei, GWEI)
    return f"{whole:,}.{rest // 10**6:03d} gwei"
