"""A process that sends contributions as fast as it can, for the tests of races.

It reads races from its input, one JSON object in each line, says "ready" when it has signed
everything, waits for another line, sends, and prints how many were accepted and refused. All
racers share one database; their clock stands still, so that no quota is earned again meanwhile.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from relayer.app import create_app
from relayer.clock import ManualClock
from relayer.settings import Settings
from tests.chain import Player
from tests.house import DOMAIN, TRAINER, as_request


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def signed(race: dict[str, Any]) -> list[dict[str, Any]]:
    """What a race sends."""
    people = [Player(number, DOMAIN) for number in range(race["players"])]
    deadline = int(race["now"]) + 3_600
    return [
        as_request(
            *people[index % len(people)].contribute(
                TRAINER, nonce=index, deadline=deadline, max_fee_gwei=10**8
            )
        )
        for index in range(race["first"], race["first"] + race["count"])
    ]


def run(race: dict[str, Any]) -> None:
    """Run one race."""
    folder = Path(race["folder"])
    settings = Settings(
        database=folder / "relayer.db", deployment=folder / "deployment.json", **race["settings"]
    )
    app, bodies = create_app(settings, ManualClock(race["now"])), signed(race)
    client = app.test_client()
    say("ready")
    sys.stdin.readline()
    headers = race.get("headers", {})
    codes = [
        client.post("/v1/contributions", json=body, headers=headers).status_code for body in bodies
    ]
    app.extensions["relayer"].stop()
    say(f"{codes.count(202)} {len(codes) - codes.count(202)}")


def main() -> None:
    """Run races until the input ends."""
    while line := sys.stdin.readline():
        run(json.loads(line))


if __name__ == "__main__":
    main()
