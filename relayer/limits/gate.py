"""Whether the house takes anything in, and whether from this player: pauses, breaker, bans."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from relayer.errors import Refusal
from relayer.refusals import Banned, CircuitOpen, IntakePaused
from relayer.store import Store
from relayer.store.bans import Ban
from relayer.store.intake_breaker import BreakerRow, BreakerState
from relayer.store.switches import Pause, Switch


class Gate:
    """Opens sheets: what stands in the way of a group of submissions.

    Args:
        store: the database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def sheet(self, subjects: Collection[str], now: float) -> GateSheet:
        """Read everything that is needed for these subjects; call it under the write lock."""
        return GateSheet(
            pause=self._store.switches.pause_of(Switch.INTAKE, now),
            breaker=self._store.intake_breaker.read(),
            bans=self._store.bans.of(subjects, now),
            now=now,
        )

    def obstacle(self, now: float) -> Refusal | None:
        """Return why nobody's contributions are taken at the moment, if so."""
        return self.sheet((), now).obstacle()

    def write(self, sheet: GateSheet) -> None:
        """Note what passed; call it in the transaction that stores what passed."""
        if sheet.probes_taken:
            self._store.intake_breaker.take_probes(sheet.probes_taken)


class GateSheet:
    """One look at the gate, for one transaction."""

    def __init__(
        self, pause: Pause | None, breaker: BreakerRow, bans: Mapping[str, Ban], now: float
    ) -> None:
        self._pause = pause
        self._breaker = breaker
        self._bans = bans
        self._now = now
        #: Contributions that used a probe of a half-open breaker.
        self.probes_taken = 0

    def obstacle(self) -> Refusal | None:
        """Return what keeps everybody out, if anything does."""
        pause = self._standstill()
        if pause is not None:
            return pause
        if not self._lets_pass():
            wait_s = max(1, round(self._breaker.until_at - self._now))
            return CircuitOpen(
                "Too many contributions failed of late, so the house looks first at how the next "
                "ones end. Send the same request again later.",
                headers={"Retry-After": str(wait_s)},
            )
        return None

    def refusal(self, *subjects: str) -> Refusal | None:
        """Return what keeps out a contribution of somebody with these names, if anything does."""
        return self.ban(*subjects) or self.obstacle()

    def validation_refusal(self, *subjects: str) -> Refusal | None:
        """Return what keeps out a validation; the breaker does not, for it adds no data."""
        return self.ban(*subjects) or self._standstill()

    def ban(self, *subjects: str) -> Refusal | None:
        """Return the ban of somebody who goes by these names, if there is one."""
        bans = [self._bans[subject] for subject in subjects if subject in self._bans]
        return _banned(bans[0]) if bans else None

    def pass_one(self) -> None:
        """Count one contribution that is let in."""
        if self._breaker.state is BreakerState.HALF_OPEN:
            self.probes_taken += 1

    def _standstill(self) -> Refusal | None:
        return None if self._pause is None else _paused(self._pause, self._now)

    def _lets_pass(self) -> bool:
        match self._breaker.state:
            case BreakerState.CLOSED:
                return True
            case BreakerState.HALF_OPEN:
                return self.probes_taken < self._breaker.probes_left
        return False


def _paused(pause: Pause, now: float) -> IntakePaused:
    headers, until = {}, "later"
    if pause.resumes_at is not None:
        headers["Retry-After"] = str(max(1, round(pause.resumes_at - now)))
        until = f"after {moment(pause.resumes_at)}"
    return IntakePaused(
        f"The operator has paused contributions: {pause.reason}. Send the same request again "
        f"{until}.",
        headers=headers,
        reason=pause.reason,
        until_at=pause.resumes_at,
    )


def _banned(ban: Ban) -> Banned:
    until = "" if ban.expires_at is None else f" until {moment(ban.expires_at)}"
    return Banned(
        f"Contributions of {ban.subject} are not taken{until}: {ban.reason}. If that is a "
        "mistake, ask the operator of this relayer.",
        reason=ban.reason,
        until_at=ban.expires_at,
    )


def moment(at: float) -> str:
    """Return unix seconds in words, to the second, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
