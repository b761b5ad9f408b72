"""Verdicts about what the house stands on: worker, node, chain, clock, versions, backups."""

from __future__ import annotations

from relayer.ops.verdicts.facts import Facts
from relayer.ops.verdicts.names import VerdictLevel, VerdictName
from relayer.ops.verdicts.seen import seen_until
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

#: How long a deep reorganisation is told of.
REORGANISATION_TOLD_S = 3_600.0


def worker_heartbeat(facts: Facts) -> Verdict:
    """Judge the age of the worker's last sign of life, and what it said then."""
    name, beat = VerdictName.WORKER, facts.view.heartbeat
    if beat is None:
        return red(name, "No worker has run yet; start `relayer work`.")
    age_s = max(0.0, facts.now - beat.at)
    stale_s = facts.settings.heartbeat_stale_s
    if age_s >= stale_s:
        return red(
            name,
            f"The worker {beat.worker} has shown no sign of life for {in_words(age_s)}: nothing "
            "is sent, and nothing is accepted. Start `relayer work` again.",
        )
    level = level_from(age_s, stale_s / 2, stale_s)
    sentence = f"The worker {beat.worker} was seen {in_words(age_s)} ago"
    if beat.detail and beat.node_reachable and level is VerdictLevel.GREEN:
        return amber(name, f"{sentence}. In its way: {beat.detail}.")
    return graded(name, level, f"{sentence}.")


def node_in_sync(facts: Facts) -> Verdict:
    """Judge whether the node answers and brings new blocks."""
    name, beat, settings = VerdictName.NODE, facts.view.heartbeat, facts.settings
    if beat is not None and not beat.node_reachable:
        return red(name, f"No node can be used: {beat.detail or 'none answers'}.")
    head, seen = facts.view.head, facts.checks.get("head")
    if head is None or seen is None:
        return amber(name, "The worker has not read the chain yet.")
    if beat is not None and "was seen before" in (beat.detail or ""):
        return red(name, f"The node is behind: {beat.detail}.")
    age_s = max(0.0, facts.now - seen.checked_at)
    level = level_from(age_s, settings.head_amber_s, settings.head_red_s)
    sentence = f"The newest block is {head.number}, seen {in_words(age_s)} ago."
    lagging = _lagging(facts)
    if level is VerdictLevel.GREEN and lagging:
        return amber(name, f"{sentence} {lagging}")
    return graded(name, level, sentence)


def chain_id(facts: Facts) -> Verdict:
    """Judge whether the nodes serve the chain of the deployment."""
    name, nodes = VerdictName.CHAIN_ID, facts.checks.get("nodes")
    if nodes is None:
        return amber(name, "The worker has not asked a node for its chain yet.")
    foreign, count = nodes.value["foreign"], nodes.value["count"]
    wanted = nodes.value["chain_id"]
    if not foreign:
        return green(name, f"The chain is {wanted}, as the deployment file says.")
    words = f"Not of chain {wanted}: {', '.join(foreign)}. Correct rpc_url and rpc_urls."
    return red(name, words) if len(foreign) == count else amber(name, words)


def clock_skew(facts: Facts) -> Verdict:
    """Judge this machine's clock by the newest block: no block is from the future."""
    name, head, settings = VerdictName.CLOCK, facts.checks.get("head"), facts.settings
    if head is None:
        return amber(name, "The worker has not held the clock against a block yet.")
    behind_s = -float(head.value["lag_s"])
    level = level_from(behind_s, settings.clock_amber_s, settings.clock_red_s)
    if level is VerdictLevel.GREEN:
        return green(name, "The clock is not behind the newest block.")
    return graded(
        name,
        level,
        f"The clock is {in_words(behind_s)} behind the newest block; deadlines are judged by it. "
        "Set it, best by a time server.",
    )


def reorganisation(facts: Facts) -> Verdict:
    """Judge whether the chain has dropped blocks of late that had counted as final."""
    name, latest = VerdictName.REORGANISATION, facts.reorganisation
    if latest is None:
        return green(name, "The chain has never dropped a block that had counted as final.")
    age_s = abs(facts.now - latest.noticed_at)
    blocks = f"blocks {latest.ancestor_number + 1} to {latest.final_number}"
    is_seen = seen_until(facts.checks, name) >= latest.noticed_at
    if is_seen or age_s > REORGANISATION_TOLD_S:
        return green(name, f"The last final blocks were dropped {in_words(age_s)} ago: {blocks}.")
    return red(
        name,
        f"{in_words(age_s)} ago the chain dropped {blocks}, which had counted as final; "
        f"{counted(latest.reopened, 'transaction')} went out again. Raise confirmations, now "
        f"{facts.settings.confirmations}.",
        Remedy(action="mark-seen", arguments={"verdict": name.value}),
    )


def backup_age(facts: Facts) -> Verdict:
    """Judge the age of the newest backup that `relayer backup` made."""
    name, settings, newest = VerdictName.BACKUP, facts.settings, facts.checks.get("backup")
    if settings.backup_amber_h == 0:
        return green(name, "Backups are not watched (backup_amber_h is 0).")
    if newest is None:
        return amber(name, "No backup is known of here; run `relayer backup FILE`.")
    age_s = max(0.0, facts.now - newest.checked_at)
    level = level_from(age_s, settings.backup_amber_h * 3_600, settings.backup_red_h * 3_600)
    return graded(name, level, f"The newest backup is {in_words(age_s)} old.")


def version(facts: Facts) -> Verdict:
    """Judge whether web and worker run the same version."""
    name, worker = VerdictName.VERSION, facts.checks.get("worker")
    if worker is None:
        return amber(name, f"This is version {facts.version}; no worker has told its own yet.")
    found = worker.value["version"]
    if found == facts.version:
        return green(name, f"Web and worker run version {found}.")
    return red(
        name,
        f"The web runs version {facts.version} and the worker {found}; start both with the same.",
    )


def _lagging(facts: Facts) -> str:
    nodes = facts.checks.get("nodes")
    troubles = [] if nodes is None else nodes.value["troubles"]
    return f"Other nodes have troubles: {'; '.join(troubles)}." if troubles else ""
