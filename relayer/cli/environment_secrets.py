"""Secrets of people at the command line: from a variable, or from a file that a variable names."""

from __future__ import annotations

import os
from pathlib import Path

from relayer.errors import SettingsError


def find_secret(variable: str) -> str | None:
    """Return what the variable holds, or the file that the variable with ``_FILE`` names.

    Raises:
        SettingsError: the file cannot be read.
    """
    if variable in os.environ:
        return os.environ[variable]
    file_variable = f"{variable}_FILE"
    path = os.environ.get(file_variable)
    if path is None:
        return None
    try:
        return Path(path).read_text("utf-8").rstrip("\n")
    except OSError as error:
        raise SettingsError(f"cannot read {file_variable} {path}: {error.strerror}") from error


def keystore_password(variable: str) -> str:
    """Return a keystore's password.

    Raises:
        SettingsError: it is not set, or its file cannot be read.
    """
    password = find_secret(variable)
    if password is None:
        raise SettingsError(f"the keystore needs a password: set {variable} or {variable}_FILE")
    return password
