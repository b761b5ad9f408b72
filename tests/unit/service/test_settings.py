"""Settings: precedence, suggestions, secrets, bounds."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from relayer.errors import SettingsError
from relayer.settings import Secret, Settings
from relayer.settings.sources import convert, load


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write_toml(text: str) -> Path:
    path = Path("relayer.toml")
    path.write_text(text)
    return path


def test_without_any_source_the_defaults_hold() -> None:
    loaded = load(environment={})
    assert loaded.settings == Settings()
    assert set(loaded.sources.values()) == {"default"}
    assert loaded.settings.host == "127.0.0.1"


def test_each_source_beats_the_weaker_ones() -> None:
    write_toml("port = 1001\nmax_batch_items = 11\nconfirmations = 5")
    environment = {"RELAYER_PORT": "1002", "RELAYER_MAX_BATCH_ITEMS": "12"}
    loaded = load({"port": 1003, "max_batch_items": None}, environment)
    settings = loaded.settings
    assert (settings.port, settings.max_batch_items, settings.confirmations) == (1003, 12, 5)
    assert loaded.sources["port"] == "flag --port"
    assert loaded.sources["max_batch_items"] == "environment RELAYER_MAX_BATCH_ITEMS"
    assert loaded.sources["confirmations"] == "relayer.toml"


def test_a_named_file_replaces_the_usual_one(tmp_path: Path) -> None:
    write_toml("port = 1001")
    (tmp_path / "other.toml").write_text("port = 1002")
    assert load(environment={"RELAYER_CONFIG": "other.toml"}).settings.port == 1002
    assert load(environment={}, file=Path("other.toml")).settings.port == 1002


def test_a_named_file_that_is_missing_is_an_error() -> None:
    with pytest.raises(SettingsError, match=r"other\.toml does not exist"):
        load(environment={"RELAYER_CONFIG": "other.toml"})


def test_paths_in_the_file_are_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "relayer.toml").write_text('database = "house.db"')
    loaded = load(environment={}, file=Path("etc/relayer.toml"))
    assert loaded.settings.database == Path("etc/house.db")


def test_lists_of_paths_are_relative_to_the_file_as_well(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "relayer.toml").write_text('signer_keystores = ["a.json", "/b.json"]')
    loaded = load(environment={}, file=Path("etc/relayer.toml"))
    assert loaded.settings.signer_keystores == (Path("etc/a.json"), Path("/b.json"))
    loaded = load(environment={"RELAYER_SIGNER_KEYSTORES": "a.json, b.json"})
    assert loaded.settings.signer_keystores == (Path("a.json"), Path("b.json"))


@pytest.mark.parametrize(
    ("toml", "environment", "hint"),
    [
        ("prot = 1", {}, "unknown setting prot in relayer.toml; did you mean port"),
        ("", {"RELAYER_MAX_WAIT": "1"}, "unknown setting RELAYER_MAX_WAIT in the environment; "
         "did you mean RELAYER_MAX_WAIT_S"),
        ("", {"RELAYER_XYZZY": "1"}, "`relayer config` lists all settings"),
        ("port = ", {}, "cannot read the settings file relayer.toml"),
        ('port = "many"', {}, "port must be a whole number, not 'many'"),
        ("port = true", {}, "port must be a whole number, not True"),
        ("port = 1.5", {}, "port must be a whole number, not 1.5"),
        ("host = 1", {}, "host must be text, not 1"),
        ("", {"RELAYER_MAX_WAIT_S": "soon"}, "max_wait_s must be a number, not 'soon'"),
        ("bump_percent = 9", {}, "bump_percent is 9; it must be at least 10"),
        ("port = 65536", {}, "port is 65536; it must be at most 65535"),
        ("max_batch_items = 256", {}, "max_batch_items must be at most 255"),
        ("max_deadline_s = 60", {}, "max_deadline_s must be greater than min_deadline_s"),
        ('signer_password = "x"', {}, "signer_password is a secret and must not stand in"),
        ("", {"RELAYER_SIGNER_PASSWORD_FILE": "no"}, "cannot read the secret file no"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(
    toml: str, environment: dict[str, str], hint: str
) -> None:
    write_toml(toml)
    with pytest.raises(SettingsError) as caught:
        load(environment=environment)
    assert hint in str(caught.value)


@pytest.mark.parametrize("password", ["123", "12345e10", "null", " leading and trailing "])
def test_secrets_are_taken_as_they_stand(password: str) -> None:
    settings = load(environment={"RELAYER_SIGNER_PASSWORD": password}).settings
    assert settings.signer_password == Secret(password)


def test_a_secret_may_be_in_a_file_with_a_newline_at_its_end() -> None:
    Path("password").write_text("opensesame\n")
    settings = load(environment={"RELAYER_SIGNER_PASSWORD_FILE": "password"}).settings
    assert settings.signer_password is not None
    assert settings.signer_password.reveal() == "opensesame"


def test_a_secret_never_shows_itself() -> None:
    settings = Settings(signer_password=Secret("opensesame"))
    for text in (repr(settings), str(settings.signer_password), f"{settings.signer_password}"):
        assert "***" in text
        assert "opensesame" not in text


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


def test_every_setting_says_what_it_means() -> None:
    assert all(declared.metadata["text"] for declared in fields(Settings))


@pytest.mark.parametrize(("value", "meant"), [("true", True), ("false", False), (True, True)])
def test_a_switch_is_true_or_false(value: object, meant: bool) -> None:
    assert convert("on", "bool", value) is meant


@pytest.mark.parametrize("value", ["yes", "", "True", 1, None])
def test_a_switch_is_nothing_else(value: object) -> None:
    with pytest.raises(SettingsError, match="on must be true or false"):
        convert("on", "bool", value)


@pytest.mark.parametrize("value", ["a, b", ["a", "b"], ("a", "b"), "a,b,"])
def test_a_list_may_be_one_text_with_commas(value: object) -> None:
    assert convert("urls", "tuple[str, ...]", value) == ("a", "b")


@pytest.mark.parametrize("value", [1, [1], None, {"a": 1}])
def test_a_list_holds_texts(value: object) -> None:
    with pytest.raises(SettingsError, match="urls must be a list"):
        convert("urls", "tuple[str, ...]", value)


def test_files_of_secrets_are_relative_to_the_settings_file_and_are_told(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "password").write_text("opensesame\n")
    (tmp_path / "etc" / "relayer.toml").write_text('signer_password_file = "password"')
    file = Path("etc/relayer.toml")
    loaded = load(environment={}, file=file)
    assert loaded.settings.signer_password == Secret("opensesame")
    assert loaded.secret_files == {"signer_password": Path("etc/password")}
    loaded = load(environment={"RELAYER_SIGNER_PASSWORD": "other"}, file=file)
    assert loaded.settings.signer_password == Secret("other")
    assert loaded.secret_files == {}
