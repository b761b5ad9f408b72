"""Settings of the game: flags, then `GAME_*` variables, then the defaults below."""

import difflib
import logging
import os
import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from relayer.logs import FORMATS
from sample_game.errors import SettingsError

PREFIX = "GAME_"
#: Variables with the game's prefix that are not its own: with them `relayer send` finds a key.
_OF_THE_RELAYER: Final = ("GAME_KEY", "GAME_KEY_FILE")
_log = logging.getLogger(__name__)
_NAMED_TRAINER = re.compile(r"(?P<deck>[a-z0-9-]+)=(?P<address>0x[0-9a-fA-F]{40})")
_PACKAGE = Path(__file__).parent
_CONTACT = re.compile(r"mailto:[^\s\"'<>@]+@[^\s\"'<>@]+|https?://[^\s\"'<>]+")
_EXPLORER = re.compile(
    r"(?:https://[a-zA-Z0-9.\-]+|http://(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]))(?::\d{1,5})?"
    r"/[^\s\"'<>{}\\]*\{hash\}[^\s\"'<>{}\\]*"
)
_ORIGIN = re.compile(r"https?://[a-z0-9.\-\[\]:]+")


#: The least that a setting may be.
_LEAST: Final = {
    "workers": 1,
    "threads": 2,
    "house_poll_s": 1,
    "players_per_network": 1,
    "round_life_s": 60,
    "deadline_s": 120,
    "keep_days": 31,
}
_SECRET: Final = {"secret": True}
_KEY: Final = re.compile(r"house_[0-9a-f]{12}_[0-9a-f]{64}")


@dataclass(frozen=True, repr=False)
class GameSettings:
    """What an operator of Hunch may choose. Frozen: a change needs a restart."""

    #: Address to listen on. Loopback unless a proxy stands in front.
    host: str = "127.0.0.1"
    #: Port to listen on.
    port: int = 8000
    #: Processes that serve. Only one may embed a relayer.
    workers: int = 1
    #: Threads of each process: so many requests are answered at a time.
    threads: int = 16
    #: SQLite file with rounds, clues and points. Separate from the relayer's.
    database: Path = Path("hunch.db")
    #: Root address of a relayer that runs elsewhere. Empty: the game embeds one.
    relayer_url: str = ""
    #: Trainers by deck, as `animals=0x…,food=0x…`. Each other deck has the one with its labels.
    trainers: str = ""
    #: Key that the relayer gave to this game; empty: it takes contributions from anybody.
    relayer_key: str = field(default="", metadata=_SECRET)
    #: Root address of the game as the relayer reaches it, for webhooks. Empty: the game asks.
    public_url: str = ""
    #: How often the game asks how contributions stand when nobody tells it, in seconds.
    house_poll_s: int = 3
    #: The game's public address, such as https://hunch.example. Empty: own wallets are taken on
    #: the machine itself only.
    origin: str = ""
    #: Whom players may write to, as mailto:… or https://…: shown in the foot, and to the banned.
    contact: str = ""
    #: Page of a block explorer for a transaction, as https://explorer.example/tx/{hash}: players'
    #: clues link to it. Empty: no links.
    explorer: str = ""
    #: Key that signs round tokens. Empty: made once and kept in the database.
    secret: str = field(default="", metadata=_SECRET)
    #: Proxies whose X-Forwarded-For counts, with spaces between: addresses, networks, or `unix`.
    trusted_proxies: str = ""
    #: How many players may share one network address: so many times a player's limits it has.
    players_per_network: int = 40
    #: How long a round may be played, in seconds.
    round_life_s: int = 3600
    #: How long the house may take to put signed clues on the record, in seconds.
    deadline_s: int = 7200
    #: How long rounds, guesses, and who has read which clues are kept, in days.
    keep_days: int = 90
    #: Folder of the decks: one JSON file each, with its words, clues and exam.
    decks: Path = _PACKAGE / "words" / "decks"
    #: The deck that is played by those who have chosen none.
    first_deck: str = "starter"

    #: Form of log lines: `text`, or `json` with a line for each request.
    log_format: str = "text"

    def __post_init__(self) -> None:
        if self.log_format not in FORMATS:
            raise SettingsError(f"log_format is {self.log_format!r}. Choose text or json.")
        if not 0 <= self.port <= 65_535:
            raise SettingsError(f"port is {self.port}. Choose a number from 0 to 65535.")
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                raise SettingsError(f"{name} is {getattr(self, name)}. Choose {least} or more.")
        if self.workers > 1 and not self.relayer_url:
            raise SettingsError("One process alone may embed a relayer. Set relayer_url as well.")
        _ = self.trainer_by_deck  # says so if the setting has another form
        self._check_addresses()
        if self.relayer_key and not _KEY.fullmatch(self.relayer_key):
            raise SettingsError(
                "relayer_key has not the form house_<id>_<secret>. Give the key as `relayer keys "
                "create` printed it."
            )

    def _check_addresses(self) -> None:
        if self.origin and not _ORIGIN.fullmatch(self.origin):
            raise SettingsError(
                f"origin is {self.origin!r}. Write it as https://hunch.example, without a path."
            )
        if self.contact and not _CONTACT.fullmatch(self.contact):
            raise SettingsError(
                f"contact is {self.contact!r}. Write mailto:help@hunch.example, or the address of "
                "a page."
            )
        if self.explorer and not _EXPLORER.fullmatch(self.explorer):
            raise SettingsError(
                f"explorer is {self.explorer!r}. Write it as https://explorer.example/tx/{{hash}}: "
                "https (http on this machine alone), with {hash} once, where the transaction's "
                "hash belongs. Leave it empty for no links."
            )
        for name in ("relayer_url", "public_url"):
            url = getattr(self, name)
            if url and not url.startswith(("http://", "https://")):
                raise SettingsError(f"{name} must start with http:// or https://, or be empty.")
        if self.trusted_proxies:
            _check_proxies(self.trusted_proxies)

    def __repr__(self) -> str:
        """Show every setting, and of a secret only whether there is one."""
        shown = (
            f"{setting.name}={'***' if _is_secret(setting) and value else repr(value)}"
            for setting in fields(self)
            for value in (getattr(self, setting.name),)
        )
        return f"GameSettings({', '.join(shown)})"

    @property
    def trainer_by_deck(self) -> dict[str, str]:
        """The addresses that `trainers` names, in lower case.

        Raises:
            SettingsError: it names none, or no deck.
        """
        named = [entry.strip() for entry in self.trainers.split(",") if entry.strip()]
        pairs = [_NAMED_TRAINER.fullmatch(entry) for entry in named]
        if not all(pairs):
            raise SettingsError(
                f"trainers is {self.trainers!r}. Write DECK=ADDRESS, with commas between them."
            )
        return {pair["deck"]: pair["address"].lower() for pair in pairs if pair}


def _check_proxies(entries: str) -> None:
    # Imported only here: few set it, and commands and simulated players start faster.
    from relayer.errors import SettingsError as ProxyError
    from relayer.limits.client_address import TrustedProxies

    try:
        TrustedProxies(entries.split())
    except ProxyError as error:
        raise SettingsError(f"{error}.") from error


def _is_secret(setting: Field[Any]) -> bool:
    return bool(setting.metadata.get("secret"))


def load_settings(
    environment: Mapping[str, str] | None = None, **overrides: object
) -> GameSettings:
    """Read the settings from the environment; overrides that are not None win.

    Secrets may also be read from the files that `GAME_SECRET_FILE` and `GAME_RELAYER_KEY_FILE`
    name. `GAME_KEY` and `GAME_KEY_FILE` are left to `relayer send`; a warning says so where the
    game has no key of its own.

    Raises:
        SettingsError: an unknown `GAME_` variable, or a value that does not fit.
    """
    environment = os.environ if environment is None else environment
    known = {setting.name: setting.type for setting in fields(GameSettings)}
    chosen: dict[str, Any] = {}
    for variable, text in environment.items():
        if variable.startswith(PREFIX) and variable not in _OF_THE_RELAYER:
            name, value = _read(variable, text, known)
            chosen[name] = value
    chosen.update({name: value for name, value in overrides.items() if value is not None})
    settings = GameSettings(**chosen)
    foreign = next((name for name in _OF_THE_RELAYER if environment.get(name)), None)
    if foreign and not settings.relayer_key:
        own = foreign.replace("GAME_", "GAME_RELAYER_")
        _log.warning("%s is for `relayer send` alone. The game's own key is %s.", foreign, own)
    return settings


def _read(variable: str, text: str, known: Mapping[str, Any]) -> tuple[str, object]:
    name = variable.removeprefix(PREFIX).lower()
    secret = name.removesuffix("_file")
    if name != secret and secret in _SECRETS:
        return secret, _from_file(variable, text)
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {PREFIX}{close[0].upper()}?" if close else ""
        raise SettingsError(f"{variable} is not a setting of the game.{hint}")
    if known[name] is int:
        if not text.isdecimal():
            raise SettingsError(f"{variable} is {text!r}. Give a whole number.")
        return name, int(text)
    return name, Path(text) if known[name] is Path else text


#: Settings that may stand in a file.
_SECRETS: Final = {setting.name for setting in fields(GameSettings) if _is_secret(setting)}


def _from_file(variable: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{variable} names {path}, which cannot be read: {error}.") from error
