"""Actions at the command line: the same desk, the same audit entries, a dry run first."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result

from relayer.cli import main
from relayer.limits import KeyToken
from relayer.store.switches import Switch
from tests.house import House
from tests.integration.limits.keyring import make_key


def run(house: House, *arguments: str) -> Result:
    """A command on the house's database."""
    return CliRunner().invoke(main, [*arguments, "--database", str(house.settings.database)])


def test_drain_is_foretold_ordered_and_shown(house: House) -> None:
    house.send(house.contribution())
    foretold = run(house, "act", "drain", "--dry-run", "--json")
    assert "1 queued contribution" in " ".join(json.loads(foretold.output)["would"])
    assert house.store.switches.pause_of(Switch.INTAKE, 0.0) is None
    done = run(house, "act", "drain", "--reason", "we move", "--json")
    answer = json.loads(done.output)
    entry = house.store.audit.newest(1)[0]
    assert (answer["audit_entry"], entry.action, entry.reason) == (
        entry.sequence,
        "drain",
        "we move",
    )
    shown = json.loads(run(house, "orders", "show", answer["order"], "--json").output)
    assert (shown["kind"], shown["state"], shown["transactions"]) == ("drain", "asked", [])
    assert answer["order"] in run(house, "orders", "list").output


def test_actions_are_listed_and_wrong_calls_are_told(house: House) -> None:
    listed = CliRunner().invoke(main, ["act"]).output
    assert "top-up               Top up a signer or the tank  target=… [amount_wei=…]" in listed
    assert "there is no action fly" in run(house, "act", "fly").output
    assert "is no FIELD=VALUE" in run(house, "act", "ban", "192.0.2.1").output
    assert "subject is missing" in run(house, "act", "ban").output
    assert "there is no order ord_1" in run(house, "orders", "show", "ord_1").output


def test_commands_of_before_go_the_same_way(house: House) -> None:
    token = make_key(house)
    assert (
        "until somebody lifts it"
        in run(house, "ban", "192.0.2.1", "--reason", "floods", "--dry-run").output
    )
    assert house.store.bans.newest(0.0) == []
    run(house, "ban", "192.0.2.1", "--reason", "floods", "--for", "12h")
    run(house, "unban", "192.0.2.1", "--reason", "a mistake")
    secret = run(house, "keys", "rotate", token.id).output.strip()
    run(house, "keys", "revoke", token.id)
    entries = [
        (entry.action, entry.via, entry.reason) for entry in reversed(house.store.audit.newest(9))
    ]
    silent = "none given at the command line"
    assert entries == [
        ("ban", "cli", "floods"),
        ("lift-ban", "cli", "a mistake"),
        ("rotate-key", "cli", silent),
        ("revoke-key", "cli", silent),
    ]
    new = KeyToken.parse(secret)
    assert new is not None
    assert not any(new.secret in entry.outcome for entry in house.store.audit.newest(9))
