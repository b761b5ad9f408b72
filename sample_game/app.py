"""Puts the game together: pages, API, and the house, embedded or remote."""

import random
from collections.abc import Mapping

import requests
from flask import Flask

from relayer import Relayer
from relayer.client import InProcessAdapter, RelayerClient
from relayer.clock import Clock, SystemClock
from relayer.limits.client_address import TrustedProxies
from relayer.serving.late_rules import LateRule
from relayer.settings import Settings
from sample_game.api import PREFIX, Play, Plays, register
from sample_game.background import EXTENSION, Background
from sample_game.decks import Deck, first_of, load_decks
from sample_game.errors import SettingsError
from sample_game.exam import Examiners
from sample_game.fair_play.limits import RateLimits
from sample_game.fair_play.networks import Networks
from sample_game.fair_play.pace import SECONDS_PER_DAY
from sample_game.fair_play.upkeep import Upkeep
from sample_game.house import House
from sample_game.house_calls import HouseCalls
from sample_game.house_terms import HouseTerms
from sample_game.news import NewsDesk
from sample_game.page import show_pages
from sample_game.request_ids import name_requests, request_id
from sample_game.retention import Retention
from sample_game.rounds import Rounds
from sample_game.security import protect
from sample_game.settings import GameSettings, load_settings
from sample_game.store import GameStore
from sample_game.tokens import RoundTokens
from sample_game.untrusted_json import SafeJsonProvider

#: Largest request body of the game itself; signed clues take less than one kilobyte.
MAX_BODY_BYTES = 16_384
#: Seconds to connect to a remote relayer, and to wait for its answer.
_PATIENCE_S = (1.5, 8.0)
#: Seconds that one call pauses at most between its tries: the page tries again by itself.
_PAUSES_S = 2.0
#: Stands for an embedded relayer in addresses; never looked up.
_IN_PROCESS = "http://house.invalid"


def create_app(
    settings: GameSettings | None = None,
    relayer_settings: Settings | None = None,
    clock: Clock | None = None,
    chance: random.Random | None = None,
    *,
    follow_house: bool = False,
) -> Flask:
    """Build the game.

    Args:
        settings: default: what the environment says.
        relayer_settings: for the embedded relayer; default: what its environment says.
        clock: default: the machine's.
        chance: deals the rounds; default: the machine's randomness.
        follow_house: whether a thread hears from the house how contributions stand;
            `app.extensions[sample_game.background.EXTENSION].stop()` ends it.

    Raises:
        SettingsError: a setting is unknown or malformed.
        DeckError: the word files do not fit each other.
    """
    settings = load_settings() if settings is None else settings
    clock = SystemClock() if clock is None else clock
    app = Flask("sample_game")
    app.url_rule_class = LateRule
    app.json = SafeJsonProvider(app)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    client = _relayer_client(app, settings, relayer_settings)
    store = GameStore(settings.database)
    key = settings.secret.encode() or store.keys.token_key()
    decks = load_decks(settings.decks)
    plays = _plays(settings, decks, store, client, RoundTokens(key), clock, chance)
    show_pages(app, decks, settings.contact, settings.explorer)
    networks = Networks(TrustedProxies(settings.trusted_proxies.split()), key)
    register(app, plays, RateLimits(clock, settings.players_per_network), networks)
    name_requests(app)
    protect(app, PREFIX)
    if follow_house:  # last: an app that embeds the relayer is asked from its first turn on
        app.extensions[EXTENSION] = _follow(settings, plays, clock)
    return app


def _follow(settings: GameSettings, plays: Plays, clock: Clock) -> Background:
    """Begin with what the game does while nobody asks for it."""
    table = plays.of_deck(None)
    examiners = Examiners([each.examiner for each in plays.tables.values()], clock)
    upkeep = Upkeep(table.rounds.store, table.bans, clock)
    retention = Retention(table.rounds.store, settings.keep_days, clock)
    turns = (plays.news.turn, upkeep.turn, examiners.turn, retention.turn)
    background = Background(turns, settings.database, settings.house_poll_s, clock)
    background.start()
    return background


def _plays(
    settings: GameSettings,
    decks: Mapping[str, Deck],
    store: GameStore,
    client: RelayerClient,
    tokens: RoundTokens,
    clock: Clock,
    chance: random.Random | None,
) -> Plays:
    """A table for each deck, and what keeps how the contributions of all of them stand."""
    first = first_of(decks, settings.first_deck)
    trainers, terms = _trainers(settings, decks), HouseTerms(client, HouseCalls(), clock)
    chance = random.SystemRandom() if chance is None else chance
    tables = {}
    for name, deck in decks.items():
        house = House(
            client,
            deck.words,
            settings.deadline_s,
            clock,
            trainer=trainers.get(name, ""),
            key=settings.relayer_key,
            terms=terms,
        )
        keep_s = settings.keep_days * SECONDS_PER_DAY
        rounds = Rounds(deck, store, tokens, settings.round_life_s, clock, chance, keep_s)
        tables[name] = Play(rounds, house)
    news = NewsDesk(tables[first.name].house, store, clock, settings.public_url)
    return Plays(tables, first.name, news, settings.origin)


def _trainers(settings: GameSettings, decks: Mapping[str, Deck]) -> dict[str, str]:
    """The addresses of those trainers that the settings name.

    Raises:
        SettingsError: one is for a deck that does not exist.
    """
    chosen = settings.trainer_by_deck
    strangers = chosen.keys() - decks.keys()
    if strangers:
        raise SettingsError(
            f"GAME_TRAINERS names the deck {min(strangers)!r}. The decks are {', '.join(decks)}."
        )
    return chosen


def _relayer_client(
    app: Flask, settings: GameSettings, relayer_settings: Settings | None
) -> RelayerClient:
    """Return a client of the remote relayer, or embed one with its worker in this process."""
    key = settings.relayer_key or None
    if settings.relayer_url:
        return RelayerClient(
            settings.relayer_url,
            timeout=_PATIENCE_S,
            key=key,
            request_id=request_id,
            patience_s=_PAUSES_S,
        )
    Relayer(relayer_settings).init_app(app, start_worker=True)
    session = requests.Session()
    session.mount(_IN_PROCESS, InProcessAdapter(app))
    return RelayerClient(
        _IN_PROCESS, session=session, key=key, request_id=request_id, patience_s=_PAUSES_S
    )
