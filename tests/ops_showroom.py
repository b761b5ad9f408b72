"""A house as an operator finds it at three in the morning: much history, one thing is stuck."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from relayer import __version__
from relayer.ops.access.visitors import Visitor
from relayer.ops.actions.desk import ActionDesk
from relayer.ops.actions.registry import ACTIONS
from relayer.ops.alerts.courier import AlertCourier
from relayer.ops.alerts.watch import AlertWatch
from relayer.series.names import Level, Series
from relayer.store.audit import Via
from relayer.store.chain_state import SignerSnapshot
from relayer.store.contributions import NewContribution
from relayer.store.ops_users import Role
from relayer.store.series import Part
from relayer.store.statuses import TransactionKind
from relayer.watch.exams import Exam
from tests.chain import Player
from tests.house import DOMAIN, ETHER, GWEI, LABELS, TRAINER, House, make_row
from tests.ops_history import fill_history
from tests.ops_scene import SIGNER, Scene, add_batch, send_batch, set_the_scene, settle, sign, take

#: When it is; the history ends there.
NOW: Final = 1_796_007_600.0  # 2026-11-30 03:00 UTC
SETTINGS: Final[dict[str, Any]] = {
    "ops_explorer_url": "https://explorer.example/",
    "alert_email_to": ("night@house.example",),
    "smtp_host": "mail.house.example",
    "smtp_from": "relayer@house.example",
}
REFUND_WAIT_S: Final = 1_800
FORFEIT_WAIT_S: Final = 86_400
#: What the model did not agree with, batch by batch of ten: it learns.
LOST: Final = (4, 5, 3, 4, 3, 2, 3, 2, 2, 1, 2, 1, 1, 2, 1, 0, 1, 1, 0, 1)
_GAME: Final = "gk_0123456789abcdef"
_HOUR_S: Final = 3_600.0
_PLAYERS: Final = 9


class Mute(AlertCourier):
    """Delivers nothing: there is no mail server."""

    def step(self) -> int:
        """Leave everything where it is."""
        return 0


def furnish_showroom(house: House) -> Scene:
    """Fill a new house; afterwards its clock stands at `NOW`."""
    clock, store = house.clock, house.store
    clock.advance(NOW - 7 * _HOUR_S - clock.now())
    scene = set_the_scene(house, 8, "seen in the evening round", "hooks")
    for number, lost in enumerate(LOST):
        at = clock.now() + 600 * (number + 1)
        rows = _rows(100 * (number + 1), 10, at)
        with store.transaction():
            store.contributions.insert(rows)
            batch_id, _ = add_batch(store, rows, at)
            settle(store, batch_id, len(rows), at + 120, lost)
    _leave_open(house)
    _examine(house)
    fill_history(store, NOW)
    store.contributions.fail_queued(scene.queued, "nonce-used", "another took its place", NOW - 9e3)
    clock.advance(NOW - 2_400 - clock.now())
    _acted(house)
    clock.advance(NOW - 420 - clock.now())
    _get_stuck(house)
    clock.advance(NOW - 200 - clock.now())
    _worked(house)
    _alarmed(house)
    _asked(house, "speed-up", "players wait for their points", transaction=str(_stuck(house)))
    _asked(house, "acknowledge-alert", "I am at it", alert="stuck-nonce")
    clock.advance(NOW - clock.now())
    _worked(house)
    house.send(*(house.contribution(number) for number in range(1, 7)))
    return scene


def _leave_open(house: House) -> None:
    """Batches that wait to be settled, and messages of which nearly all were delivered."""
    store = house.store
    with store.transaction() as connection:
        for number, age_s in enumerate((2_400, 1_900, 1_200, 900, 700)):
            rows = _rows(3_000 + 100 * number, 10, NOW - age_s)
            store.contributions.insert(rows)
            add_batch(store, rows, NOW - age_s, REFUND_WAIT_S)
        connection.execute(
            "UPDATE webhook_messages SET status = 'delivered', tries = 1, answer = '200 OK', "
            "ended_at = created_at + 1 WHERE sequence % 40 <> 0"
        )


def _examine(house: House) -> None:
    """A day in which the model knows more each hour, and a stake costs less."""
    store, room = house.store, house.store.series
    parts, tried, right = [], 0, 0
    for step in range(72):
        at = NOW - 86_400 + 1_200 * step
        asked = 40 + 7 * (step % 5)
        known = asked * (38 + step // 2 + 5 * (step % 3)) // 100
        parts += [Part(Series.TRIED, TRAINER, at, asked), Part(Series.RIGHT, TRAINER, at, known)]
        room.note({(Level.STAKE_GWEI, TRAINER): 200_000 - 1_000 * step}, at)
        tried, right = tried + asked, right + known
    room.add(parts, NOW)
    Exam(3, tried, right).keep(store, TRAINER, NOW)


def _rows(first: int, count: int, at: float) -> list[NewContribution]:
    """Contributions of several players, as a game sends them."""
    return [
        make_row(
            number,
            id=f"0x{sha256(f'row {number}'.encode()).hexdigest()}",
            player=Player(number % _PLAYERS + 1, DOMAIN).address,
            label=number % len(LABELS),
            sample=bytes((0, number % 250, 1, 7)),
            game=_GAME,
            request_id=f"round-{first}",
            reserved_gwei=61_000 + number % 900,
            accepted_at=at,
            deadline_at=int(at) + 3_600,
        )
        for number in range(first, first + count)
    ]


def _get_stuck(house: House) -> None:
    """A batch waits, the nonce behind it belongs to nobody, and a settling call is behind that."""
    store, now = house.store, house.clock.now()
    with store.transaction():
        rows = _rows(5_000, 10, now)
        store.contributions.insert(rows)
        send_batch(store, rows, now)
        store.signers.take_nonce(SIGNER)
        behind = take(store, TransactionKind.SETTLE, b"\x00\x01\x02\x03", now + 30)
        sign(store, behind, 0, now + 31)


def _stuck(house: House) -> int:
    (lane,) = house.store.signs.stuck_lanes()
    return lane.id


def _worked(house: House) -> None:
    """What a worker writes with each head."""
    now, store = house.clock.now(), house.store
    house.open_doors(
        available_wei=7 * ETHER,
        reserved_wei=ETHER // 3,
        daily_limit_wei=2 * ETHER,
        spent_today_wei=ETHER // 4,
        day=int(now) // 86_400,
    )
    (lane,) = store.signs.stuck_lanes()
    signer = SignerSnapshot(SIGNER, 7, 3 * ETHER, allowed=True, chain_nonce=lane.nonce)
    books = {"block_number": 6, "forwarder_wei": str(8 * ETHER + 12 * GWEI), "faults": []}
    nodes = {"chain_id": DOMAIN.chain_id, "count": 2, "foreign": [], "troubles": []}
    with store.transaction():
        store.chain_state.write_signers([signer], now)
        store.checks.write("head", {"number": 7, "lag_s": 1.2}, now)
        store.checks.write("nodes", nodes, now)
        store.checks.write("worker", {"version": __version__}, now)
        store.checks.write("books", books, now - 40)
        store.checks.write("backup", {"file": "relayer.bak", "size_bytes": 1}, now - 100_000)


def _acted(house: House) -> None:
    """Deeds of earlier that night."""
    rude = Player(3, DOMAIN).address
    _asked(house, "pause-intake", "the sponsor refills the tank")
    house.clock.advance(500)
    _asked(house, "resume-intake", "the tank is full")
    house.clock.advance(300)
    _asked(house, "ban", "sends the same clue over and over", subject=rude, **{"for": "1d"})
    house.clock.advance(200)
    _asked(house, "set-quota", "a tournament", subject=Player(5, DOMAIN).address, quota="240")


def _asked(house: House, name: str, reason: str, **given: str) -> None:
    visitor = Visitor("olga", Role.ADMIN, Via.PAGE, is_confirmed=True)
    desk = ActionDesk(house.store, house.settings, house.clock)
    desk.perform(ACTIONS[name], given, visitor, reason, f"{name}-{house.clock.now()}")


def _alarmed(house: House) -> None:
    """Let whoever watches see for two minutes how things stand."""
    settings = house.settings
    courier = Mute(house.store, settings, house.clock)
    watch = AlertWatch(house.store, settings, house.clock, courier=courier)
    for _ in range(5):
        watch.step()
        house.clock.advance(settings.alert_interval_s)
        _worked(house)
