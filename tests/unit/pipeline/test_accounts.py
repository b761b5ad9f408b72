"""The signers of the settings: which key files, which passwords."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from relayer.accounts import keystores_of, open_signers
from relayer.errors import SettingsError
from relayer.keys import store_key
from relayer.settings import Secret, Settings

FIRST, SECOND, THIRD = Path("first.json"), Path("second.json"), Path("third.json")


def make_settings(**overrides: Any) -> Settings:
    fields: dict[str, Any] = {
        "signer_keystore": FIRST,
        "signer_password": Secret("one"),
        "signer_keystores": (SECOND, THIRD),
    }
    return Settings(**(fields | overrides))


def test_one_password_opens_all_key_files() -> None:
    assert keystores_of(make_settings()) == [(FIRST, "one"), (SECOND, "one"), (THIRD, "one")]


def test_each_further_key_file_may_have_its_own_password() -> None:
    settings = make_settings(signer_passwords=Secret("two\nthree"))
    assert keystores_of(settings) == [(FIRST, "one"), (SECOND, "two"), (THIRD, "three")]


def test_the_list_alone_is_enough() -> None:
    settings = make_settings(
        signer_keystore=None, signer_password=None, signer_passwords=Secret("two\nthree")
    )
    assert keystores_of(settings) == [(SECOND, "two"), (THIRD, "three")]


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"signer_passwords": Secret("two")}, "has 1 lines and signer_keystores names 2 files"),
        ({"signer_passwords": Secret("a\nb\nc")}, "has 3 lines"),
        ({"signer_password": None}, "the worker needs a key"),
        ({"signer_password": None, "signer_passwords": Secret("a\nb")}, "the worker needs a key"),
        ({"signer_keystore": None, "signer_keystores": ()}, "the worker needs a key"),
        ({"signer_keystore": None, "signer_password": None}, "the worker needs a key"),
    ],
)
def test_what_is_missing_is_said(overrides: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        keystores_of(make_settings(**overrides))


def test_an_account_that_is_named_twice_is_refused(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        store_key(tmp_path / name, b"\x07" * 32, "one")
    settings = make_settings(
        signer_keystore=tmp_path / "a.json", signer_keystores=(tmp_path / "b.json",)
    )
    with pytest.raises(SettingsError, match="two of the signers are the account 0x"):
        open_signers(settings)
