"""Settings as flags of commands, made from the one table of settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import click

from relayer.settings import Secret, Settings
from relayer.settings.sources import LoadedSettings, load

_Command = TypeVar("_Command", bound=Callable[..., Any])

_TABLE = {declared.name: declared for declared in fields(Settings)}

#: Settings that may be given as flags: all but the secrets, which other users could see there.
FLAG_NAMES = tuple(
    name for name, declared in _TABLE.items() if not str(declared.type).startswith(Secret.__name__)
)


def setting_options(*names: str) -> Callable[[_Command], _Command]:
    """Give a command a flag for each of the named settings; it gets them as keyword arguments."""

    def decorate(command: _Command) -> _Command:
        for name in reversed(names):
            declared = _TABLE[name]
            text = str(declared.metadata["text"])
            has_default = declared.default not in (None, ())
            default = f"  [default: {declared.default}]" if has_default else ""
            flag = f"--{name.replace('_', '-')}"
            command = click.option(
                flag, name, metavar=_metavar(str(declared.type)), help=_sentence(text) + default
            )(command)
        return command

    return decorate


def load_settings(ctx: click.Context, flags: dict[str, Any]) -> LoadedSettings:
    """Return the effective settings of a command.

    Raises:
        SettingsError: a setting is unknown, malformed or outside its bounds.
    """
    file = None if ctx.obj is None else Path(ctx.obj)
    return load({name: value for name, value in flags.items() if name in _TABLE}, file=file)


def _metavar(kind: str) -> str:
    kinds = {"int": "NUMBER", "float": "NUMBER", "Path": "FILE", "tuple[Path, ...]": "FILE,FILE"}
    return kinds.get(kind.removesuffix(" | None"), "TEXT")


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
