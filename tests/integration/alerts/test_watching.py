"""From a verdict that stays bad to a message that arrives, whatever is down in between."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from relayer.notify.signing import mint_secret, secret_text, verify
from relayer.ops.alerts import AlertWatch
from relayer.ops.alerts.courier import PAUSES_S, AlertCourier
from relayer.ops.alerts.messages import Addresses, compose
from relayer.ops.verdicts import Remedy, VerdictName
from relayer.settings import Secret, Settings
from relayer.store.alerts import AlertEvent, AlertHappening
from relayer.store.webhooks import MessageStatus
from tests.browser_of_operator import logged_in
from tests.house import House
from tests.integration.notify.receiver import Receiver
from tests.mail_server import MailServer
from tests.operator_desk import OperatorDesk

SECRET = secret_text(mint_secret())
WORKER = VerdictName.WORKER.value


@dataclass
class Scene:
    """A house whose operator is told by webhook and mail."""

    house: House
    receiver: Receiver
    mail: MailServer
    settings: Settings

    def watch(self) -> AlertWatch:
        """What one process runs."""
        courier = AlertCourier(
            self.house.store, self.settings, self.house.clock, chance=random.Random(1)
        )
        return AlertWatch(self.house.store, self.settings, self.house.clock, courier=courier)

    def pass_time(self, watch: AlertWatch, duration_s: int, *, alive: bool) -> None:
        """Time in which the worker lives or does not, with a look every 15 seconds."""
        for _ in range(duration_s // 15):
            if alive:
                self.house.open_doors()
            watch.step()
            self.house.clock.advance(15)

    def events(self) -> list[tuple[str, str]]:
        """What was told by webhook of the worker: type and level."""
        bodies = [json.loads(each.body) for each in self.receiver.received]
        return [
            (body["type"], body["data"]["level"])
            for body in bodies
            if body["data"]["alert"] == WORKER
        ]

    def mails(self) -> list[str]:
        """Subjects of the mails about the worker, up to the sentence."""
        subjects = [str(message["Subject"]) for message in self.mail.received]
        return [text.partition(": The")[0] for text in subjects if WORKER in text]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    receiver, mail = Receiver(), MailServer()
    told: dict[str, Any] = {
        "alert_webhook_urls": (receiver.url,),
        "alert_webhook_secret": Secret(SECRET),
        "webhook_private_targets": True,
        "alert_email_to": ("olga@house.example",),
        "smtp_host": "127.0.0.1",
        "smtp_port": mail.port,
        "smtp_security": "none",
        "smtp_from": "ops@house.example",
        "ops_url": "https://ops.example",
    }
    house = House(tmp_path, **told)
    yield Scene(house, receiver, mail, house.settings)
    house.close()
    receiver.close()
    mail.close()


def test_dead_worker_is_told_of_by_the_web_and_so_is_its_return(scene: Scene) -> None:
    watch = scene.watch()
    scene.pass_time(watch, 60, alive=True)
    assert scene.events() == []
    scene.pass_time(watch, 240, alive=False)
    assert scene.events() == [("alert.raised", "red")]
    scene.pass_time(watch, 300, alive=True)
    assert scene.events() == [("alert.raised", "red"), ("alert.cleared", "green")]
    assert scene.mails() == [
        f"[relayer] red {WORKER}",
        f"[relayer] well again: green {WORKER}",
    ]
    first = scene.receiver.received[0]
    sent_at = float({k.lower(): v for k, v in first.headers.items()}["webhook-timestamp"])
    verify(SECRET, first.headers, first.body, sent_at)
    data = json.loads(first.body)["data"]
    assert data["runbook"] == f"https://ops.example/ops/runbooks/{WORKER}"
    letter = scene.mail.received[0].get_content()
    assert "Page:    https://ops.example/ops/alerts" in letter
    history = [(each.alert, each.event.value) for each in scene.house.store.alerts.history(9)]
    assert history.count((WORKER, "raised")) == history.count((WORKER, "cleared")) == 1


def test_several_processes_share_the_looks_and_tell_once(scene: Scene) -> None:
    watches = [scene.watch() for _ in range(3)]
    scene.house.open_doors()
    looked = 0
    for _ in range(20):
        looked += sum(watch.step() for watch in watches)
        scene.house.clock.advance(15)
    assert looked == 20
    assert scene.events() == [("alert.raised", "red")]
    assert len(scene.mails()) == 1


def test_nothing_is_lost_while_the_receivers_are_down(scene: Scene) -> None:
    watch = scene.watch()
    scene.mail.refusal = "451 not now"
    scene.receiver.answers = [500] * 2
    scene.pass_time(watch, 240, alive=False)
    assert scene.mails() == []
    assert scene.house.store.alert_messages.counts()[0] >= 1
    scene.mail.refusal = ""
    scene.pass_time(watch, 900, alive=False)
    assert scene.mails() == [f"[relayer] red {WORKER}"]
    assert scene.events()[-1] == ("alert.raised", "red")
    assert scene.house.store.alert_messages.counts() == (0, 0)


def test_receivers_that_come_back_hear_how_things_stand_and_no_pile_of_old_news(
    scene: Scene,
) -> None:
    watch, room = scene.watch(), scene.house.store.alert_messages
    scene.mail.refusal, scene.receiver.answers = "451 not now", [500] * 99
    scene.pass_time(watch, 240, alive=False)
    for _ in range(3):
        scene.house.clock.advance(scene.settings.alert_repeat_s)
        scene.pass_time(watch, 30, alive=False)
    scene.pass_time(watch, 300, alive=True)
    scene.pass_time(watch, 240, alive=False)
    events = [each.event.value for each in scene.house.store.alerts.history(99, None)]
    assert events.count("repeated") >= 3
    waiting = [each for each in room.newest(99) if each.alert == WORKER]
    assert [each.channel.value for each in waiting] == ["email", "webhook"]
    told_before = len(scene.events())
    scene.mail.refusal, scene.receiver.answers = "", []
    scene.pass_time(watch, 900, alive=False)
    assert scene.mails() == [f"[relayer] red {WORKER}"]
    assert scene.events()[told_before:] == [("alert.raised", "red")]
    assert room.counts() == (0, 0)


def test_what_is_given_up_is_shown_and_can_be_sent_again(scene: Scene) -> None:
    watch, room, clock = scene.watch(), scene.house.store.alert_messages, scene.house.clock
    desk = OperatorDesk(scene.house)
    scene.mail.refusal = "550 nobody of this name"
    assert "2 test messages are on their way" in desk.done("test-alerts")
    by_mail, by_webhook = sorted(room.newest(2), key=lambda each: each.channel.value)
    assert "only tries the way here" in by_mail.body
    assert "Runbook" not in by_mail.body
    assert json.loads(by_webhook.body)["data"]["runbook"] is None
    for _ in range(len(PAUSES_S) + 1):
        scene.house.open_doors()
        watch.step()
        clock.advance(2 * PAUSES_S[-1])
    dead = [each for each in room.dead(99) if each.subject.startswith("[relayer] test")]
    assert [(each.tries, each.status) for each in dead] == [(len(PAUSES_S) + 1, MessageStatus.DEAD)]
    page = logged_in(scene.house, name="omar").get("/alerts").text
    assert "the mail server answered 550 nobody of this name" in page
    assert "message was given up" in page
    scene.mail.refusal = ""
    desk.done("replay-alerts")
    watch.step()
    assert any("test: green test" in str(each["Subject"]) for each in scene.mail.received)
    assert room.counts() == (0, 0)
    with pytest.raises(Exception, match="No message about an alert was given up"):
        desk.preview("replay-alerts")


def test_news_given_up_are_old_when_newer_ones_about_the_same_alert_come(scene: Scene) -> None:
    watch, room, clock = scene.watch(), scene.house.store.alert_messages, scene.house.clock
    scene.mail.refusal = "550 nobody of this name"
    scene.pass_time(watch, 240, alive=False)
    for message in room.newest(99):
        room.note_dead(message.id, "550 nobody of this name", clock.now())
    assert [each.alert for each in room.dead(99)].count(WORKER) > 0
    scene.mail.refusal = ""
    scene.pass_time(watch, 900, alive=True)
    assert [each for each in room.dead(99) if each.alert == WORKER] == []
    assert scene.mails()[-1] == f"[relayer] well again: green {WORKER}"


def test_acknowledged_alert_is_not_repeated_and_a_silent_one_not_told(scene: Scene) -> None:
    watch, desk = scene.watch(), OperatorDesk(scene.house)
    with pytest.raises(Exception, match="Nobody has looked"):
        desk.preview("silence-alert", alert=WORKER, **{"for": "1h"})
    scene.pass_time(watch, 30, alive=True)
    with pytest.raises(Exception, match="is not raised"):
        desk.preview("acknowledge-alert", alert=WORKER)
    desk.done("silence-alert", alert=WORKER, **{"for": "10m"})
    scene.pass_time(watch, 300, alive=False)
    assert scene.events() == []
    assert scene.house.store.alerts.all()[WORKER].is_raised
    scene.pass_time(watch, 360, alive=False)
    assert scene.events() == [("alert.repeated", "red")], "the silence is over and it stands"
    desk.done("acknowledge-alert", alert=WORKER)
    scene.house.clock.advance(scene.settings.alert_repeat_s)
    scene.pass_time(watch, 60, alive=False)
    assert len(scene.events()) == 1
    page = logged_in(scene.house, name="omar").get("/alerts").text
    assert "acknowledged" in page
    assert "silenced" in page
    scene.pass_time(watch, 300, alive=True)
    assert scene.events()[-1] == ("alert.cleared", "green")


def test_silence_ends_when_somebody_says_so(scene: Scene) -> None:
    watch, desk = scene.watch(), OperatorDesk(scene.house)
    scene.pass_time(watch, 30, alive=True)
    desk.done("silence-alert", alert=WORKER, **{"for": "30d"})
    with pytest.raises(Exception, match="30d at most"):
        desk.preview("silence-alert", alert=WORKER, **{"for": "31d"})
    scene.pass_time(watch, 300, alive=False)
    assert "is told again, at once if it stands" in desk.preview("unsilence-alert", alert=WORKER)
    desk.done("unsilence-alert", alert=WORKER)
    scene.pass_time(watch, 15, alive=False)
    assert scene.events() == [("alert.repeated", "red")]


def test_a_message_leads_to_the_action_with_what_it_asks_for() -> None:
    remedy = Remedy(action="speed-up", arguments={"signer": "0x1&2", "nonce": "7"})
    happening = AlertHappening(1.0, "stuck-nonce", AlertEvent.RAISED, "red", "It is stuck.")
    addresses = Addresses(["https://hooks.example"], ["ops@example.org"], "https://x/ops", None)
    wanted = "https://x/ops/actions/speed-up?signer=0x1%262&nonce=7"
    hook, mail = compose(happening, addresses, remedy, None)
    assert json.loads(hook.body)["data"]["action_url"] == wanted
    assert f"Action:  {wanted}\n" in mail.body
