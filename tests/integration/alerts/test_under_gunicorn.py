"""The web processes of a real server tell of a dead worker, and their lost lines are counted."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from relayer.cli.web import gunicorn_command
from relayer.notify.signing import mint_secret, secret_text
from relayer.ops.verdicts import VerdictName
from relayer.settings import Settings
from tests.house import House
from tests.integration.notify.receiver import Receiver
from tests.mail_server import MailServer
from tests.ports import reserve_port

WORKER = VerdictName.WORKER.value
WITHIN_S = 90.0


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + WITHIN_S
    while time.monotonic() < give_up_at:
        if condition():
            return
        assert process.poll() is None, log.read_text("utf-8")
        time.sleep(0.05)
    raise AssertionError(log.read_text("utf-8"))


def test_with_a_dead_worker_the_web_tells_once_however_many_processes_it_has(
    tmp_path: Path,
) -> None:
    receiver, mail, house = Receiver(), MailServer(), House(tmp_path, doors_open=False)
    port, log = reserve_port(), tmp_path / "web.log"
    environment = {
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "RELAYER_DATABASE": str(house.settings.database),
        "RELAYER_DEPLOYMENT": str(house.settings.deployment),
        "RELAYER_ALERT_INTERVAL_S": "1",
        "RELAYER_ALERT_RAISE_AFTER_S": "0",
        "RELAYER_ALERT_WEBHOOK_URLS": receiver.url,
        "RELAYER_ALERT_WEBHOOK_SECRET": secret_text(mint_secret()),
        "RELAYER_WEBHOOK_PRIVATE_TARGETS": "true",
        "RELAYER_ALERT_EMAIL_TO": "olga@house.example",
        "RELAYER_SMTP_HOST": "127.0.0.1",
        "RELAYER_SMTP_PORT": str(mail.port),
        "RELAYER_SMTP_SECURITY": "none",
        "RELAYER_SMTP_FROM": "ops@house.example",
    }

    def told() -> int:
        bodies = [json.loads(each.body) for each in receiver.received]
        return sum(body["data"]["alert"] == WORKER for body in bodies)

    def mailed() -> int:
        return sum(WORKER in str(each["Subject"]) for each in mail.received)

    with log.open("wb") as output:
        process = subprocess.Popen(
            gunicorn_command(Settings(port=port, web_workers=2)),
            env=environment,
            stdout=output,
            stderr=output,
            cwd=tmp_path,
        )
        try:
            wait_for(lambda: bool(told() and mailed()), process, log)
            looked_at = house.store.alerts.all()[WORKER].looked_at
            wait_for(
                lambda: house.store.alerts.all()[WORKER].looked_at > looked_at + 1, process, log
            )
        finally:
            process.terminate()
            process.wait(60)
    assert (told(), mailed()) == (1, 1)
    assert "Traceback" not in log.read_text("utf-8")
    house.close()
    receiver.close()
    mail.close()
