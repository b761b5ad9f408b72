"""Keeps what the house tells: by webhook where it can reach the game, in lists where it cannot."""

import logging
from collections.abc import Mapping
from typing import Final

from relayer.client import WebhookSignatureError
from relayer.clock import Clock
from sample_game.errors import HouseError, UnknownSender
from sample_game.house import House
from sample_game.store import GameStore

#: Where the house sends its news, below the game's public address.
WEBHOOK_PATH: Final = "/api/house-news"
#: Where webhooks come, the lists are looked through all the same, but only so often (seconds).
_SWEEP_EVERY_S: Final = 600.0
#: A webhook may be the first that is heard of a contribution; it was accepted somewhat before.
_MARGIN_S: Final = 60.0

_log = logging.getLogger(__name__)


class NewsDesk:
    """Takes webhooks in, and asks for what did not come.

    Args:
        house: tells the news.
        store: keeps them.
        clock: tells when lists are looked through again.
        public_url: root of the game as the house reaches it; empty: it cannot.
    """

    def __init__(self, house: House, store: GameStore, clock: Clock, public_url: str = "") -> None:
        self._house = house
        self._store = store
        self._clock = clock
        self._url = public_url.rstrip("/") + WEBHOOK_PATH if public_url else ""
        self._is_subscribed = False
        self._swept_at = float("-inf")

    def take(self, headers: Mapping[str, str], body: bytes) -> None:
        """Take a webhook in; the same one again changes nothing.

        Raises:
            UnknownSender: the house did not sign it, it cannot be read, or this game has no
                webhook.
            HouseError: the game does not know the house's terms yet; the house sends it again.
        """
        secret = self._store.keys.webhook_secret(self._url)
        try:
            news = secret and self._house.news_told(secret, headers, body)
        except (WebhookSignatureError, ValueError) as error:
            raise UnknownSender(str(error)) from error
        if secret is None:
            raise UnknownSender("This game has no webhook. Set GAME_PUBLIC_URL, or remove it.")
        if news:
            self._store.contributions.note(news)

    def turn(self) -> None:
        """Do what is due: subscribe, and ask how contributions stand that nobody told of.

        Raises:
            HouseError: the house cannot be asked just now; the next turn tries again.
        """
        if self._url and not self._is_subscribed:
            self._subscribe()
        since = self._ask_since()
        if since is not None:
            for news in self._house.news_since(since - _MARGIN_S):
                self._store.contributions.note(news)

    def _subscribe(self) -> None:
        """Subscribe once; a house that refuses is asked in lists, until the game starts anew."""
        known = self._store.keys.webhook_secret(self._url)
        try:
            secret = self._house.subscribe(self._url, has_secret=known is not None)
        except HouseError as refusal:
            if refusal.may_retry:
                raise
            _log.warning("The house sends no news to %s: %s", self._url, refusal)
            self._url = ""
            return
        if secret is not None:
            self._store.keys.keep_webhook_secret(self._url, secret)
        self._is_subscribed = True

    def _ask_since(self) -> float | None:
        """The time from which on contributions are asked for; None: there is no need to."""
        now, room = self._clock.monotonic(), self._store.contributions
        if self._is_subscribed and now < self._swept_at + _SWEEP_EVERY_S:
            # Webhooks do not carry the number that validations name.
            return room.oldest_unnumbered_at() if self._house.takes_validations() else None
        self._swept_at = now
        return room.oldest_open_at()
