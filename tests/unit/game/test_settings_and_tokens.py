from dataclasses import fields
from pathlib import Path

import pytest

from relayer.limits import KeyToken
from sample_game.errors import RoundNotFound, SettingsError
from sample_game.settings import GameSettings, load_settings
from sample_game.store import GameStore
from sample_game.tokens import RoundTokens

KEY = KeyToken.mint().reveal()


def test_variables_override_defaults_and_arguments_override_variables() -> None:
    settings = load_settings({"GAME_PORT": "9001", "GAME_DATABASE": "x.db"}, port=9002, host=None)
    assert (settings.port, settings.database, settings.host) == (9002, Path("x.db"), "127.0.0.1")


def test_an_unknown_variable_is_refused_with_a_suggestion() -> None:
    with pytest.raises(SettingsError, match="Did you mean GAME_RELAYER_URL"):
        load_settings({"GAME_RELAYR_URL": "http://127.0.0.1:8080"})


@pytest.mark.parametrize("variable", ["GAME_KEY", "GAME_KEY_FILE"])
def test_a_key_for_the_command_send_does_not_stop_the_game_and_is_not_taken_for_its_own(
    variable: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert load_settings({variable: "players-key"}).relayer_key == ""
    assert f"own key is {variable.replace('GAME_', 'GAME_RELAYER_')}" in caplog.text
    caplog.clear()
    assert load_settings({variable: "players-key", "GAME_RELAYER_KEY": KEY}).relayer_key == KEY
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GAME_PORT", "many"),
        ("GAME_PORT", "65536"),
        ("GAME_ROUND_LIFE_S", "1"),
        ("GAME_RELAYER_URL", "x"),
        ("GAME_PUBLIC_URL", "hunch.example"),
        ("GAME_RELAYER_KEY", "house_1_2"),
        ("GAME_HOUSE_POLL_S", "0"),
        ("GAME_WORKERS", "2"),
        ("GAME_WORKERS", "0"),
        ("GAME_THREADS", "1"),
        ("GAME_KEEP_DAYS", "30"),
        ("GAME_PLAYERS_PER_NETWORK", "0"),
        ("GAME_TRUSTED_PROXIES", "127.0.0.1 somewhere"),
        ("GAME_LOG_FORMAT", "xml"),
        ("GAME_CONTACT", "help@hunch.example"),
        ("GAME_CONTACT", "javascript:alert(1)"),
        ("GAME_EXPLORER", "https://explorer.example/tx/"),
        ("GAME_EXPLORER", "https://explorer.example/{hash}/{hash}"),
        ("GAME_EXPLORER", "https://explorer.example/{hash}/{block}"),
        ("GAME_EXPLORER", "http://explorer.example/tx/{hash}"),
        ("GAME_EXPLORER", "https://{hash}.example/"),
        ("GAME_EXPLORER", "https://me@explorer.example/tx/{hash}"),
        ("GAME_EXPLORER", "https://explorer.example/tx /{hash}"),
        ("GAME_EXPLORER", "javascript:alert('{hash}')"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError):
        load_settings({name: value})


@pytest.mark.parametrize(
    "page",
    [
        "https://explorer.example/tx/{hash}",
        "https://explorer.example:8443/?tx={hash}#events",
        "http://127.0.0.1:4000/tx/{hash}",
        "http://localhost/tx/{hash}",
    ],
)
def test_an_explorer_is_named_by_its_page_for_a_transaction(page: str) -> None:
    assert load_settings({"GAME_EXPLORER": page}).explorer == page


def test_an_explorer_of_another_form_is_refused_with_the_form_that_fits() -> None:
    with pytest.raises(SettingsError, match=r"https://explorer\.example/tx/\{hash\}.*no links"):
        load_settings({"GAME_EXPLORER": "explorer.example"})


@pytest.mark.parametrize(
    ("name", "secret"), [("secret", "0123456789"), ("relayer_key", KEY)], ids=["secret", "key"]
)
def test_a_secret_can_come_from_a_file_and_is_never_shown(
    tmp_path: Path, name: str, secret: str
) -> None:
    secret_file = tmp_path / "secret"
    secret_file.write_text(f"{secret}\n", encoding="utf-8")
    settings = load_settings({f"GAME_{name.upper()}_FILE": str(secret_file)})
    assert getattr(settings, name) == secret
    assert secret not in repr(settings)
    assert f"{name}=***" in repr(settings)
    assert load_settings({f"GAME_{name.upper()}": secret}) == settings


def test_a_file_of_a_secret_that_cannot_be_read_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"GAME_RELAYER_KEY_FILE names .* cannot be read"):
        load_settings({"GAME_RELAYER_KEY_FILE": str(tmp_path / "nothing")})


def test_a_token_tells_its_round_and_expiry() -> None:
    tokens = RoundTokens(b"key")
    assert tokens.read(tokens.issue("a.b-c_d", 1_700_000_000)) == ("a.b-c_d", 1_700_000_000)


@pytest.mark.parametrize(
    "forged", ["", "x", "round.1.", "round.1.00", "round.2.{mac}", "other.1.{mac}"]
)
def test_a_token_that_the_game_did_not_issue_is_refused(forged: str) -> None:
    tokens = RoundTokens(b"key")
    mac = tokens.issue("round", 1).rpartition(".")[2]
    with pytest.raises(RoundNotFound):
        tokens.read(forged.format(mac=mac))


def test_a_token_of_another_key_is_refused() -> None:
    with pytest.raises(RoundNotFound):
        RoundTokens(b"key").read(RoundTokens(b"other").issue("round", 1))


def test_the_token_key_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "hunch.db"
    assert GameStore(path).keys.token_key() == GameStore(path).keys.token_key()


def test_every_setting_is_documented() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "game-settings.md"
    text = page.read_text(encoding="utf-8")
    for setting in fields(GameSettings):
        assert f"`GAME_{setting.name.upper()}`" in text
