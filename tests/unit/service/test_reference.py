"""The reference says everything that there is, and nothing that there is not."""

from __future__ import annotations

import re
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import click
import pytest

from relayer import cli
from relayer.cli import COMMANDS, main
from relayer.cli.exit_codes import ExitCode
from relayer.cli.options import FLAG_NAMES
from relayer.errors import Refusal
from relayer.ops.actions.registry import ACTIONS
from relayer.refusals import refusals
from relayer.settings import Secret, Settings
from relayer.store.statuses import ContributionStatus
from tests.house import House

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"

CLI = Path(cli.__file__).parent


def read(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text("utf-8")


def headings(name: str) -> list[str]:
    return re.findall(r"^## (.+)$", read(name), re.MULTILINE)


def test_every_error_code_is_documented_and_no_other() -> None:
    assert headings("errors") == [refusal.code for refusal in refusals()]


@pytest.mark.parametrize("refusal", list(refusals()))
def test_an_error_code_is_documented_as_it_is(refusal: type[Refusal]) -> None:
    retry = "retryable" if refusal.retryable else "not retryable"
    section = f"## {refusal.code}\n\n{refusal.status}, {retry}. {refusal.title()}. "
    assert section + refusal.advice() in read("errors")


def test_every_route_is_documented_and_no_other(house: House) -> None:
    routes = set()
    for rule in house.app.url_map.iter_rules():
        path = re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", rule.rule)
        path = re.sub(r"\{\w+_id\}", "{id}", path)
        if rule.endpoint.endswith((":get", ":post", ":delete")):
            method = rule.endpoint.rpartition(":")[2].upper()
            assert method in (rule.methods or ())
            routes.add(f"{method} {path}")
    assert routes
    assert set(headings("api")) == routes


def test_every_status_is_documented() -> None:
    table = re.findall(r"^\| `(\w+)` \|", read("api"), re.MULTILINE)
    assert table == list(ContributionStatus)


def kind_of(declared: Field[Any]) -> str:
    kind = str(declared.type).removesuffix(" | None").lower()
    return re.sub(r"tuple\[\w+, \.\.\.\]", "list", kind)


def test_every_setting_is_documented_as_it_is() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (\w+) \| (.*?) \| (.*?) \| (.+) \|$", read("settings"), re.MULTILINE
    )
    expected = []
    for declared in fields(Settings):
        least = declared.metadata["least"]
        text = declared.metadata["text"]
        expected.append(
            (
                declared.name,
                kind_of(declared),
                "" if declared.default in (None, ()) else f"`{declared.default}`",
                "" if least is None else f"`{least:g}`",
                f"{text[0].upper()}{text[1:]}",
            )
        )
    assert rows == expected


def test_every_action_of_operators_is_documented_as_it_is() -> None:
    rows = re.findall(
        r"^\| `([\w-]+)` \| (\w+) \| (.*?) ?\| (yes)? ?\| (.+) \|$", read("actions"), re.MULTILINE
    )
    assert rows == [
        (
            action.name,
            action.role,
            ", ".join(f"`{each.name}`{'' if each.required else '?'}" for each in action.fields),
            "yes" if action.needs_confirmation else "",
            action.title,
        )
        for action in ACTIONS.values()
    ]


def test_every_command_is_documented_and_no_other() -> None:
    assert headings("cli") == [f"relayer {name}" for name in COMMANDS]


@pytest.mark.parametrize("name", list(COMMANDS))
def test_the_flags_of_a_command_are_documented_and_no_other(name: str) -> None:
    assert isinstance(main, click.Group)
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.help
    commands = list(below(command).values())
    assert all(each.help for each in commands)
    options = [o for each in commands for o in each.params if isinstance(o, click.Option)]
    assert all(option.help for option in options)
    flags = {flag for option in options for flag in (option.opts[0], *option.secondary_opts)}
    if name == "config":
        flags -= {f"--{setting.replace('_', '-')}" for setting in FLAG_NAMES}
    section = read("cli").split(f"## relayer {name}\n")[1].split("\n## ")[0]
    table = "".join(re.findall(r"^\| (`--.+?) \|", section, re.MULTILINE))
    assert set(re.findall(r"--[\w-]+", table)) == flags


def below(command: click.Command) -> dict[str, click.Command]:
    """What of a command does something, by what is typed after it."""
    if not isinstance(command, click.Group):
        return {"": command}
    return {
        f"{name} {rest}".strip(): leaf
        for name, each in command.commands.items()
        for rest, leaf in below(each).items()
    }


def leaves() -> dict[str, click.Command]:
    """Every command that does something, by what is typed after `relayer`."""
    assert isinstance(main, click.Group)
    found: dict[str, click.Command] = {}
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        found |= {f"{name} {rest}".strip(): leaf for rest, leaf in below(command).items()}
    return found


def test_every_command_prints_json_but_those_that_the_page_names() -> None:
    without = {
        name
        for name, command in leaves().items()
        if not any(option.name == "as_json" for option in command.params)
    }
    (sentence,) = re.findall(
        r"^Every command takes `--json` but (.+?)\. With", read("cli"), re.MULTILINE
    )
    assert set(re.findall(r"`relayer ([\w -]+)`", sentence)) == without


def test_all_commands_take_json_in_the_same_way() -> None:
    declaring = [path for path in CLI.glob("*.py") if '"--json"' in path.read_text("utf-8")]
    assert declaring == [CLI / "printing.py"]


def test_every_exit_code_is_documented_and_no_other() -> None:
    table = read("cli").split("| exit code | |\n|---|---|\n")[1].split("\n\n")[0]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == [*ExitCode]


def test_secrets_are_no_flags() -> None:
    secret = {field.name for field in fields(Settings) if Secret.__name__ in str(field.type)}
    assert secret == {
        "alert_webhook_secret",
        "smtp_password",
        "treasury_password",
        "external_signer_token",
        "signer_password",
        "signer_passwords",
        "metrics_token",
        "oracle_password",
        "oracle_service_token",
    }
    assert secret.isdisjoint(FLAG_NAMES)
