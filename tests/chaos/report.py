"""The verdict for people and, as `chaos-report.json`, for machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.chaos.submissions import Kind
from tests.chaos.verdict import Verdict

#: Details of each kind that are shown.
SHOWN = 10


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The figures of `chaos-report.json`."""
    return {
        "rounds": verdict.rounds,
        "kills": verdict.kills,
        "reorgs": verdict.reorgs,
        "rpc_faults": verdict.rpc_faults,
        "accepted": verdict.accepted,
        "on_chain_exactly_once": verdict.on_chain_exactly_once,
        "failed": verdict.failed,
        "lost": len(verdict.lost),
        "duplicated": len(verdict.duplicated),
        "books_balance": verdict.books_balance,
        "stuck": len(verdict.stuck),
        "untrue": len(verdict.untrue),
        "ended_by_themselves": len(verdict.unasked),
        "accepted_by_kind": {kind: verdict.by_kind[kind] for kind in Kind},
        "seed": verdict.seed,
        "duration_s": verdict.duration_s,
    }


def write(verdict: Verdict, path: Path) -> None:
    """Write the figures."""
    path.write_text(json.dumps(as_json(verdict), indent=2) + "\n", "utf-8")


def as_text(verdict: Verdict) -> str:
    """The figures, and the first of everything that went wrong."""
    lines = [f"{name}: {value}" for name, value in as_json(verdict).items()]
    for name in ("lost", "duplicated", "stuck", "untrue", "unasked"):
        lines += [f"{name}: {detail}" for detail in getattr(verdict, name)[:SHOWN]]
    return "\n".join(lines)
