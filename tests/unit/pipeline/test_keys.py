"""Keys at rest: encrypted, private to their owner, never overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from relayer.chain.fees import Fees
from relayer.keys import (
    KeystoreMissingError,
    KeystoreUnsafeError,
    PasswordError,
    Signer,
    TransactionFields,
    create_keystore,
    load_keystore,
)

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def keystore(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Signer]:
    path = tmp_path_factory.mktemp("keys") / "signer.json"
    return path, create_keystore(path, PASSWORD)


def test_created_key_opens_with_its_password(keystore: tuple[Path, Signer]) -> None:
    path, signer = keystore
    assert load_keystore(path, PASSWORD).address == signer.address


def test_keystore_is_readable_by_its_owner_only(keystore: tuple[Path, Signer]) -> None:
    assert keystore[0].stat().st_mode & 0o777 == 0o600


def test_a_guess_at_the_password_of_a_new_file_is_expensive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scrypt_cost: int
) -> None:
    monkeypatch.setattr("relayer.keys.keystore.SCRYPT_COST", scrypt_cost)
    create_keystore(tmp_path / "signer.json", PASSWORD)
    crypto = json.loads((tmp_path / "signer.json").read_text())["crypto"]
    cost = crypto["kdfparams"]
    assert crypto["kdf"] == "scrypt"
    assert (cost["n"], cost["r"], cost["p"]) == (2**18, 8, 1)


def test_a_guess_costs_less_where_the_caller_says_so(tmp_path: Path) -> None:
    signer = create_keystore(tmp_path / "signer.json", PASSWORD, scrypt_cost=16)
    crypto = json.loads((tmp_path / "signer.json").read_text())["crypto"]
    assert crypto["kdfparams"]["n"] == 16
    assert load_keystore(tmp_path / "signer.json", PASSWORD).address == signer.address


def test_wrong_password_is_told_apart(keystore: tuple[Path, Signer]) -> None:
    with pytest.raises(PasswordError, match="does not open"):
        load_keystore(keystore[0], "wrong")


def test_existing_key_is_never_overwritten(keystore: tuple[Path, Signer]) -> None:
    with pytest.raises(KeystoreUnsafeError, match="never overwritten"):
        create_keystore(keystore[0], PASSWORD)


def test_keystore_open_to_others_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "signer.json"
    path.write_text("{}")
    path.chmod(0o640)
    with pytest.raises(KeystoreUnsafeError, match="chmod 600"):
        load_keystore(path, PASSWORD)


@pytest.mark.parametrize("content", ["", "[]", json.dumps({"address": "0x1"})])
def test_other_files_are_no_keystores(tmp_path: Path, content: str) -> None:
    path = tmp_path / "signer.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(KeystoreMissingError, match="not a keystore"):
        load_keystore(path, PASSWORD)


def test_missing_keystore_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(KeystoreMissingError, match="relayer deploy"):
        load_keystore(tmp_path / "none.json", PASSWORD)


def test_empty_password_creates_nothing(tmp_path: Path) -> None:
    path = tmp_path / "signer.json"
    with pytest.raises(PasswordError, match="needs a password"):
        create_keystore(path, "")
    assert not path.exists()


def test_same_transaction_signs_to_the_same_bytes() -> None:
    signer = Signer(b"\x07" * 32)
    fields = TransactionFields(31337, 5, signer.address, b"\x01", 21_000)
    assert signer.sign(fields, Fees(2, 1)) == signer.sign(fields, Fees(2, 1))
    assert signer.sign(fields, Fees(3, 1)).hash != signer.sign(fields, Fees(2, 1)).hash


def test_signer_does_not_show_its_key() -> None:
    assert "07" * 32 not in repr(Signer(b"\x07" * 32)).lower()
