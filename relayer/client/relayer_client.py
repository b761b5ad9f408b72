"""The client: sign, send, wait, look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import requests

from relayer.client.catalogue import Catalogue, label_index
from relayer.client.datasets import dataset
from relayer.client.errors import ApiError, RelayerClientError, api_error
from relayer.client.following import follow
from relayer.client.nonces import NonceAllocator
from relayer.client.samples import packed_sample
from relayer.client.signing import SignedRequest, Signer, sign
from relayer.client.transport import DEFAULT_PATIENCE_S, DEFAULT_TIMEOUT_S, Transport, quoted
from relayer.client.validations import ValidationDesk
from relayer.client.webhooks import WebhookDesk
from relayer.client.withdrawals import WithdrawalDesk
from relayer.clock import Clock, SystemClock
from relayer.limits.keys import KeyToken

#: One outcome of a submission: the contribution, or why it was refused.
Outcome = dict[str, Any] | ApiError


class RelayerClient:
    """Talks to one relayer on behalf of a game or a player.

    ::

        client = RelayerClient("http://127.0.0.1:8080")
        account = Account.create()
        signed = client.sign_contribution(account, words=["whiskers", "meow"], label="cat")
        contribution = client.submit(signed)
        client.wait(contribution["id"], until="mined")

    Args:
        url: root of the service, with the prefix it is mounted under.
        timeout: seconds to connect and to answer.
        session: a ``requests`` session with adapters, proxies or headers of one's own.
        clock: tells the time and lets it pass; default: the machine's.
        key: the game's key, as `relayer keys create` printed it; for servers only.
        patience_s: longest that one call pauses in all between its tries: when no answer comes, or
            429 or 5xx, the same bytes are sent up to three times more, after a pause of at least
            what ``Retry-After`` asks for. Longer pauses are the caller's: `ApiError.retry_after_s`.
        request_id: returns the id of the request that the game is answering, or None; the relayer
            then logs and keeps the same one.
    """

    def __init__(
        self,
        url: str,
        timeout: tuple[float, float] = DEFAULT_TIMEOUT_S,
        session: requests.Session | None = None,
        clock: Clock | None = None,
        key: str | None = None,
        request_id: Callable[[], str | None] = lambda: None,
        patience_s: float = DEFAULT_PATIENCE_S,
    ) -> None:
        self._clock = SystemClock() if clock is None else clock
        self._transport = Transport(url, timeout, session, self._clock, key, request_id, patience_s)
        self._nonces = NonceAllocator(lambda address: int(self.player(address)["next_nonce"]))
        self._config: dict[str, Any] | None = None
        token = KeyToken.parse(key or "")
        #: The id of the game whose key this is; None without one.
        self.game: str | None = None if token is None else token.id
        #: Where the relayer tells the game what became of contributions; needs a key.
        self.webhooks = WebhookDesk(self._transport)
        self._validations = ValidationDesk(
            self._transport, self._nonces, self._catalogue, self._max_fee_gwei, self._clock
        )
        self._withdrawals = WithdrawalDesk(
            self._transport, self._nonces, self._catalogue, self._clock
        )

    def config(self, *, refresh: bool = False) -> dict[str, Any]:
        """Return what the relayer tells about itself; asked for once unless refreshed."""
        if self._config is None or refresh:
            self._config = self._transport.get("/v1/config")
        return self._config

    def sign_contribution(
        self,
        account: Signer,
        *,
        label: int | str,
        words: Iterable[str] | None = None,
        features: Iterable[int] | None = None,
        sample: bytes | None = None,
        trainer: str | None = None,
        nonce: int | None = None,
        deadline: int | None = None,
        max_fee_gwei: int | None = None,
    ) -> SignedRequest:
        """Sign a contribution; nothing is sent yet.

        Args:
            account: the player's.
            label: index or name of the label.
            words: the sample as words; each becomes a feature.
            features: the sample as feature ids, instead of words.
            sample: the sample as an encoder gave it, instead of both.
            trainer: address or name; may be left out if the relayer serves only one.
            nonce: default: the player's next one.
            deadline: unix seconds; default: half of what the relayer accepts at most.
            max_fee_gwei: default: what the relayer suggests.

        Raises:
            RelayerClientError: trainer or label are unknown, or the sample is missing or double.
        """
        catalogue = self._catalogue()
        entry = catalogue.trainer(trainer)
        packed = packed_sample(words, features, sample)
        message = {
            "trainer": entry["address"],
            "player": account.address,
            "nonce": self._nonces.take(account.address) if nonce is None else nonce,
            "deadline": catalogue.deadline(self._clock.now()) if deadline is None else deadline,
            "maxFeeGwei": self._max_fee_gwei(entry) if max_fee_gwei is None else max_fee_gwei,
            "label": label_index(entry, label),
            "sample": f"0x{packed.hex()}",
        }
        return sign(account, catalogue.eip712, "Contribution", message)

    def submit(self, signed: SignedRequest, *, play_ticket: str | None = None) -> dict[str, Any]:
        """Send one signed contribution and return it as the relayer has it.

        Args:
            signed: what `sign_contribution` returned.
            play_ticket: from the game, see `issue_play_ticket`.

        Raises:
            ApiError: the relayer refused; the class tells the kind.
            TransportError: no answer came back; sending again is harmless.
        """
        return self._transport.post("/v1/contributions", signed.as_json(), play_ticket=play_ticket)

    def submit_many(self, signed: Sequence[SignedRequest]) -> list[Outcome]:
        """Send any number of signed contributions, in as few requests as the relayer allows.

        Returns:
            One outcome for each, in order: the contribution, or the error it was refused with.

        Raises:
            TransportError: no answer came back; sending all again is harmless.
        """
        most = self._catalogue().most_per_request
        outcomes: list[Outcome] = []
        for start in range(0, len(signed), most):
            chunk = [request.as_json() for request in signed[start : start + most]]
            answer = self._transport.post("/v1/contributions", {"contributions": chunk})
            outcomes += [
                result["contribution"] if "contribution" in result else api_error(result["problem"])
                for result in answer["results"]
            ]
        return outcomes

    def contribution(
        self, contribution_id: str, *, wait_s: float = 0, seen: str | None = None
    ) -> dict[str, Any]:
        """Return a contribution, at once or when its status changes within ``wait_s``.

        Args:
            contribution_id: what `submit` returned as ``id``.
            wait_s: how long to wait.
            seen: the status that is known already; another one is returned at once.
        """
        parameters = {"wait": wait_s or None, "while": seen if wait_s else None}
        given = {name: value for name, value in parameters.items() if value is not None}
        return self._transport.get(f"/v1/contributions/{quoted(contribution_id)}", given or None)

    def contributions(
        self, *, player: str | None = None, status: str | None = None, game: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield contributions, newest first, page by page as they are used.

        Args:
            player: only this player's.
            status: only those that stand there.
            game: `self.game`, for what came with the key or with its play tickets.
        """
        wanted = {"player": player, "status": status, "game": game}
        return self._pages("contributions", wanted)

    def validations(
        self, *, validator: str | None = None, status: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield validations, newest first, page by page as they are used."""
        return self._pages("validations", {"validator": validator, "status": status})

    def withdrawals(
        self, *, player: str | None = None, status: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield withdrawals, newest first, page by page as they are used."""
        return self._pages("withdrawals", {"player": player, "status": status})

    def batches(
        self, *, trainer: str | None = None, status: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield batches without their members, newest first, page by page as they are used."""
        return self._pages("batches", {"trainer": trainer, "status": status})

    def _pages(self, kind: str, wanted: Mapping[str, str | None]) -> Iterator[dict[str, Any]]:
        given = {name: value for name, value in wanted.items() if value is not None}
        while True:
            page = self._transport.get(f"/v1/{kind}", given)
            yield from page[kind]
            if page["next_cursor"] is None:
                return
            given["cursor"] = page["next_cursor"]

    def wait(
        self, contribution_id: str, *, until: str = "settled", timeout_s: float | None = 120
    ) -> dict[str, Any]:
        """Return a contribution once it got as far as ``until``, or to an end before.

        Args:
            contribution_id: what `submit` returned as ``id``.
            until: one of queued, sent, mined, confirmed, settled.
            timeout_s: how long to wait; None: for as long as it takes.

        Raises:
            WaitTimeoutError: it did not get there in time.
        """
        *_, contribution = self.follow(contribution_id, until=until, timeout_s=timeout_s)
        return contribution

    def follow(
        self, contribution_id: str, *, until: str = "settled", timeout_s: float | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield a contribution as it stands, and again whenever its status has changed.

        Ends as `wait` does, and takes and raises the same. A status that passes between two looks
        is not shown; a reorganisation shows as a way back from mined to sent.
        """
        return follow(
            self.contribution,
            contribution_id,
            until=until,
            timeout_s=timeout_s,
            clock=self._clock,
        )

    def cancel(self, signed: SignedRequest) -> dict[str, Any]:
        """Take a contribution back while it is queued.

        Raises:
            NotCancellableError: it has left the queue.
        """
        return self._transport.send(
            "DELETE",
            f"/v1/contributions/{quoted(signed.id)}",
            headers={"Contribution-Signature": signed.signature},
        )

    def sign_validation(
        self,
        account: Signer,
        contribution: Mapping[str, Any],
        *,
        nonce: int | None = None,
        deadline: int | None = None,
        max_fee_gwei: int | None = None,
    ) -> SignedRequest:
        """Sign that somebody else's contribution is good; nothing is sent yet.

        Args:
            account: the validator's, who has contributed to the same trainer.
            contribution: as the relayer showed it, confirmed.
            nonce: default: the player's next one.
            deadline: unix seconds; default: half of what the relayer accepts at most.
            max_fee_gwei: default: what the relayer suggests; the sponsor pays it.

        Raises:
            RelayerClientError: the contribution is not confirmed yet.
        """
        return self._validations.sign(
            account, contribution, nonce=nonce, deadline=deadline, max_fee_gwei=max_fee_gwei
        )

    def submit_validation(
        self, signed: SignedRequest, *, play_ticket: str | None = None
    ) -> dict[str, Any]:
        """Send one signed validation and return it as the relayer has it.

        Args:
            signed: what `sign_validation` returned.
            play_ticket: from the game, see `issue_play_ticket`.

        Raises:
            ValidationRefusedError: the contribution cannot be validated, or not by this player.
            ApiError: the relayer refused for another reason; the class tells the kind.
            TransportError: no answer came back; sending again is harmless.
        """
        return self._validations.submit(signed, play_ticket)

    def submit_validations(self, signed: Sequence[SignedRequest]) -> list[Outcome]:
        """Send any number of signed validations, in as few requests as the relayer allows.

        Returns:
            One outcome for each, in order: the validation, or the error it was refused with.
        """
        return self._validations.submit_many(signed)

    def validation(self, validation_id: str, *, wait_s: float = 0) -> dict[str, Any]:
        """Return a validation, at once or when its status changes within ``wait_s``."""
        return self._validations.get(validation_id, wait_s=wait_s)

    def cancel_validation(self, signed: SignedRequest) -> dict[str, Any]:
        """Take a validation back while it is queued.

        Raises:
            NotCancellableError: it has left the queue.
        """
        return self._validations.cancel(signed)

    def player(self, address: str) -> dict[str, Any]:
        """Return a player's next nonce, points, balance and counts."""
        return self._transport.get(f"/v1/players/{quoted(address)}")

    def refresh_nonce(self, account: Signer) -> None:
        """Ask for the player's next nonce anew, after a nonce was refused."""
        self._nonces.forget(account.address)

    def withdraw(
        self,
        account: Signer,
        *,
        amount_wei: int,
        max_fee_gwei: int,
        to: str | None = None,
        nonce: int | None = None,
        deadline: int | None = None,
    ) -> dict[str, Any]:
        """Sign and send a withdrawal from the player's balance.

        Args:
            account: the player's.
            amount_wei: what leaves the balance, the fee included.
            max_fee_gwei: most that the relayer may keep of it.
            to: receiver; default: the player.
            nonce: default: the player's next one.
            deadline: unix seconds; default: half of what the relayer accepts at most.
        """
        signed = self._withdrawals.sign(
            account,
            amount_wei=amount_wei,
            max_fee_gwei=max_fee_gwei,
            to=to,
            nonce=nonce,
            deadline=deadline,
        )
        return self._withdrawals.submit(signed)

    def submit_withdrawal(self, signed: SignedRequest) -> dict[str, Any]:
        """Send a withdrawal that the player signed elsewhere.

        Raises:
            ApiError: the relayer refused; the class tells the kind.
            TransportError: no answer came back; sending again is harmless.
        """
        return self._withdrawals.submit(signed)

    def withdrawal(self, withdrawal_id: str, *, wait_s: float = 0) -> dict[str, Any]:
        """Return a withdrawal, at once or when its status changes within ``wait_s``."""
        return self._withdrawals.get(withdrawal_id, wait_s=wait_s)

    def batch(self, batch_id: int) -> dict[str, Any]:
        """Return a batch."""
        return self._transport.get(f"/v1/batches/{quoted(batch_id)}")

    def model(self, trainer: str | None = None) -> dict[str, Any]:
        """Return a trainer's model for inference on this machine."""
        return self._transport.get(f"/v1/models/{self._catalogue().trainer(trainer)['address']}")

    def dataset(self, trainer: str | None = None) -> Iterator[dict[str, Any]]:
        """Return a trainer's dataset line by line, as of one block; pages are read as needed."""
        return dataset(self._transport, self._catalogue().trainer(trainer)["address"])

    def _catalogue(self, *, refresh: bool = False) -> Catalogue:
        return Catalogue(self.config(refresh=refresh))

    def _max_fee_gwei(self, entry: dict[str, Any]) -> int:
        suggested = entry["suggested_max_fee_gwei"]
        if suggested is None:
            fresh = self._catalogue(refresh=True).trainer(entry["address"])
            suggested = fresh["suggested_max_fee_gwei"]
        if suggested is None:
            raise RelayerClientError(
                "The relayer suggests no maximum fee yet, for it has not seen the chain. Try "
                "again in a few seconds, or give max_fee_gwei."
            )
        return int(suggested)
