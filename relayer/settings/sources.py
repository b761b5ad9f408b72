"""Where settings come from: flags, environment, file, defaults; and which of them said what."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from relayer.errors import SettingsError
from relayer.settings import Secret, Settings

#: Every variable of the environment that starts with this belongs to the relayer.
PREFIX = "RELAYER_"
#: Names the settings file; not a setting itself.
FILE_VARIABLE = "RELAYER_CONFIG"
#: Read when it exists and no other file is named.
DEFAULT_FILE = Path("relayer.toml")

_TYPES = {
    declared.name: str(declared.type).removesuffix(" | None") for declared in fields(Settings)
}
_LIST = "tuple[str, ...]"
_PATHS = "tuple[Path, ...]"
_TRUTH = {"true": True, "false": False}
_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "Path": "a path",
    "str": "text",
    "bool": "true or false",
    _LIST: "a list of texts, or one text with commas between them",
    _PATHS: "a list of paths, or one text with commas between them",
}
_SECRETS = frozenset(name for name, kind in _TYPES.items() if kind == "Secret")


@dataclass(frozen=True)
class LoadedSettings:
    """The effective settings and the source of each value."""

    settings: Settings
    sources: Mapping[str, str]
    secret_files: Mapping[str, Path] = field(default_factory=dict)  #: of secrets that lie in files


def load(
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> LoadedSettings:
    """Collect the settings, the strongest source first: flags, environment, file, default.

    Args:
        flags: values from a command line; None stands for a flag that was not given.
        environment: variables to read instead of the process's own.
        file: settings file; default: what ``RELAYER_CONFIG`` names, or ``relayer.toml``.

    Raises:
        SettingsError: a key is unknown, or a value is malformed or outside its bounds.
    """
    variables = os.environ if environment is None else environment
    layers = (
        _from_file(_choose_file(file, variables)),
        _from_environment(variables),
        _from_flags(flags or {}),
    )
    values: dict[str, Any] = {}
    files: dict[str, Path] = {}
    sources = dict.fromkeys(_TYPES, "default")
    for layer in layers:
        for name, (value, source) in layer.items():
            values[name], sources[name] = value, source
            files.pop(name, None)
            if isinstance(value, _FileOfSecret):
                values[name], files[name] = value.read(), value.path
    return LoadedSettings(Settings(**values), sources, files)


def _choose_file(file: Path | None, variables: Mapping[str, str]) -> Path | None:
    if file is None and variables.get(FILE_VARIABLE):
        file = Path(variables[FILE_VARIABLE])
    if file is None:
        return DEFAULT_FILE if DEFAULT_FILE.is_file() else None
    if not file.is_file():
        raise SettingsError(f"the settings file {file} does not exist")
    return file


def _from_file(file: Path | None) -> dict[str, tuple[Any, str]]:
    if file is None:
        return {}
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"cannot read the settings file {file}: {error}") from error
    layer: dict[str, tuple[Any, str]] = {}
    for key, value in table.items():
        name = _known(key, f"in {file}")
        if name in _SECRETS and name == key:
            raise SettingsError(
                f"{name} is a secret and must not stand in {file}; "
                f"set {PREFIX}{name.upper()} or {PREFIX}{name.upper()}_FILE instead"
            )
        is_secret = name in _SECRETS
        kind = "Path" if is_secret else _TYPES[name]
        parsed = convert(key if is_secret else name, kind, value)
        placed = _beside(file, parsed)
        layer[name] = (_FileOfSecret(placed) if is_secret else placed, f"{file}")
    return layer


def _beside(file: Path, parsed: Any) -> Any:
    """Paths in the file are relative to the file."""
    if isinstance(parsed, Path):
        return file.parent / parsed
    if isinstance(parsed, tuple):
        return tuple(_beside(file, part) for part in parsed)
    return parsed


def _from_environment(variables: Mapping[str, str]) -> dict[str, tuple[Any, str]]:
    layer: dict[str, tuple[Any, str]] = {}
    for variable, text in variables.items():
        if not variable.startswith(PREFIX) or variable == FILE_VARIABLE:
            continue
        key = variable.removeprefix(PREFIX).lower()
        name = _known(key, "in the environment", shown=variable, show=_variable_of)
        if name in _SECRETS:
            value: Any = Secret(text) if name == key else _FileOfSecret(Path(text))
        else:
            value = convert(name, _TYPES[name], text)
        layer[name] = (value, f"environment {variable}")
    return layer


def _from_flags(flags: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    layer: dict[str, tuple[Any, str]] = {}
    for key, value in flags.items():
        if value is not None:
            name = _known(key, "among the flags")
            source = f"flag --{key.replace('_', '-')}"
            layer[name] = (convert(name, _TYPES[name], value), source)
    return layer


def _variable_of(name: str) -> str:
    return f"{PREFIX}{name.upper()}"


def _known(
    key: str, where: str, *, shown: str | None = None, show: Callable[[str], str] = str
) -> str:
    """The setting that a key means; ``<secret>_file`` means the secret."""
    if key in _TYPES:
        return key
    if key.removesuffix("_file") in _SECRETS:
        return key.removesuffix("_file")
    hint = _suggest(key, (*_TYPES, *(f"{name}_file" for name in _SECRETS)))
    raise SettingsError(
        f"unknown setting {shown or key} {where}"
        + (f"; did you mean {show(hint)}?" if hint else "; `relayer config` lists all settings")
    )


def _suggest(key: str, known: Iterable[str]) -> str | None:
    matches = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    return matches[0] if matches else None


@dataclass(frozen=True)
class _FileOfSecret:
    """Where a secret lies."""

    path: Path

    def read(self) -> Secret:
        try:
            return Secret(self.path.read_text("utf-8").rstrip("\r\n"))
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"cannot read the secret file {self.path}: {error}") from error


def convert(name: str, kind: str, value: Any) -> Any:
    """Return a value in the kind of its setting; text is parsed.

    Raises:
        SettingsError: the value is of another kind.
    """
    try:
        if kind == "int" and isinstance(value, int | str) and not isinstance(value, bool):
            return int(value)
        if kind == "float" and isinstance(value, int | float | str) and not isinstance(value, bool):
            return float(value)
        if kind == "Path" and isinstance(value, str | Path):
            return Path(value).expanduser()
        if kind == "str" and isinstance(value, str):
            return value
        if kind == "bool" and (isinstance(value, bool) or value in _TRUTH):
            return _TRUTH.get(value, value)
        if kind in (_LIST, _PATHS) and (isinstance(value, str) or _is_list_of_text(value)):
            parts = value.split(",") if isinstance(value, str) else value
            texts = tuple(part.strip() for part in parts if part.strip())
            return texts if kind == _LIST else tuple(Path(text).expanduser() for text in texts)
    except ValueError:
        pass
    raise SettingsError(f"{name} must be {_WORDS[kind]}, not {value!r}")


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(part, str) for part in value)
