"""The client's part about validations: sign, send, look, wait, take back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from relayer.client.catalogue import Catalogue
from relayer.client.errors import ApiError, RelayerClientError, api_error
from relayer.client.nonces import NonceAllocator
from relayer.client.signing import SignedRequest, Signer, sign
from relayer.client.transport import Transport, quoted
from relayer.clock import Clock

#: One outcome of a submission: the validation, or why it was refused.
Outcome = dict[str, Any] | ApiError


class ValidationDesk:
    """Validations of one relayer; `RelayerClient` hands everything on to it.

    Args:
        transport: carries requests.
        nonces: of the accounts that sign here, shared with all that they sign.
        catalogue: tells what the relayer published.
        max_fee_gwei: what the relayer suggests for a trainer.
        clock: tells the time, for deadlines.
    """

    def __init__(
        self,
        transport: Transport,
        nonces: NonceAllocator,
        catalogue: Callable[[], Catalogue],
        max_fee_gwei: Callable[[dict[str, Any]], int],
        clock: Clock,
    ) -> None:
        self._transport = transport
        self._nonces = nonces
        self._catalogue = catalogue
        self._max_fee_gwei = max_fee_gwei
        self._clock = clock

    def sign(
        self,
        account: Signer,
        contribution: Mapping[str, Any],
        *,
        nonce: int | None = None,
        deadline: int | None = None,
        max_fee_gwei: int | None = None,
    ) -> SignedRequest:
        """Sign that a contribution is good; see `RelayerClient.sign_validation`."""
        number = contribution.get("contribution_number")
        if number is None:
            raise RelayerClientError(
                f"The contribution {contribution.get('id')} has no number yet: validate it once "
                "it is confirmed."
            )
        catalogue = self._catalogue()
        entry = catalogue.trainer(str(contribution["trainer"]))
        message = {
            "trainer": entry["address"],
            "validator": account.address,
            "contribution": int(number),
            "nonce": self._nonces.take(account.address) if nonce is None else nonce,
            "deadline": catalogue.deadline(self._clock.now()) if deadline is None else deadline,
            "maxFeeGwei": self._max_fee_gwei(entry) if max_fee_gwei is None else max_fee_gwei,
        }
        return sign(account, catalogue.eip712, "Validation", message)

    def submit(self, signed: SignedRequest, play_ticket: str | None = None) -> dict[str, Any]:
        """Send one signed validation."""
        return self._transport.post("/v1/validations", signed.as_json(), play_ticket=play_ticket)

    def submit_many(self, signed: Sequence[SignedRequest]) -> list[Outcome]:
        """Send any number of signed validations; one outcome for each, in order."""
        most = self._catalogue().most_per_request
        outcomes: list[Outcome] = []
        for start in range(0, len(signed), most):
            chunk = [request.as_json() for request in signed[start : start + most]]
            answer = self._transport.post("/v1/validations", {"validations": chunk})
            outcomes += [
                result["validation"] if "validation" in result else api_error(result["problem"])
                for result in answer["results"]
            ]
        return outcomes

    def get(self, validation_id: str, *, wait_s: float = 0) -> dict[str, Any]:
        """Return a validation, at once or when its status changes within ``wait_s``."""
        parameters = {"wait": wait_s} if wait_s else None
        return self._transport.get(f"/v1/validations/{quoted(validation_id)}", parameters)

    def cancel(self, signed: SignedRequest) -> dict[str, Any]:
        """Take a validation back while it is queued."""
        return self._transport.send(
            "DELETE",
            f"/v1/validations/{quoted(signed.id)}",
            headers={"Validation-Signature": signed.signature},
        )
