"""The journal of a deployment under way: every signed transaction, written before it is sent.

When `relayer deploy` is interrupted, the next run sends the very same bytes again. Nothing is
created twice, whatever the moment of the interruption.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from relayer.errors import DeploymentError


@dataclass(frozen=True)
class JournalEntry:
    """One signed step."""

    title: str
    hash: str
    raw_hex: str

    @property
    def raw(self) -> bytes:
        """The bytes to broadcast."""
        return bytes.fromhex(self.raw_hex)


@dataclass(frozen=True)
class Journal:
    """A deployment that has been signed."""

    chain_id: int
    deployer: str
    first_nonce: int
    plan_hash: str
    relayers: tuple[str, ...]
    entries: tuple[JournalEntry, ...]

    def save(self, path: Path) -> None:
        """Writes the journal, whole or not at all, and durably."""
        draft = path.with_name(f"{path.name}.draft")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


def journal_path(deployment_path: Path) -> Path:
    """Where the journal of a deployment file lies."""
    return deployment_path.with_name(f"{deployment_path.name}.journal")


def load_journal(path: Path) -> Journal | None:
    """The journal of an interrupted deployment, or None when there is none.

    Raises:
        DeploymentError: the file is damaged.
    """
    try:
        fields = json.loads(path.read_text("utf-8"))
        entries = tuple(JournalEntry(**entry) for entry in fields.pop("entries"))
        return Journal(**{**fields, "relayers": tuple(fields["relayers"]), "entries": entries})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DeploymentError(
            f"the journal {path} of an interrupted deployment cannot be read; "
            "move it away to start a new deployment"
        ) from error
