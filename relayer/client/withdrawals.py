"""The client's part about withdrawals: sign, send, look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from relayer.client.catalogue import Catalogue
from relayer.client.nonces import NonceAllocator
from relayer.client.signing import SignedRequest, Signer, sign
from relayer.client.transport import Transport, quoted
from relayer.clock import Clock


class WithdrawalDesk:
    """Withdrawals of one relayer; `RelayerClient` hands everything on to it.

    Args:
        transport: carries requests.
        nonces: of the accounts that sign here, shared with all that they sign.
        catalogue: tells what the relayer published.
        clock: tells the time, for deadlines.
    """

    def __init__(
        self,
        transport: Transport,
        nonces: NonceAllocator,
        catalogue: Callable[[], Catalogue],
        clock: Clock,
    ) -> None:
        self._transport = transport
        self._nonces = nonces
        self._catalogue = catalogue
        self._clock = clock

    def sign(
        self,
        account: Signer,
        *,
        amount_wei: int,
        max_fee_gwei: int,
        to: str | None,
        nonce: int | None,
        deadline: int | None,
    ) -> SignedRequest:
        """Sign a withdrawal; see `RelayerClient.withdraw`."""
        catalogue = self._catalogue()
        message = {
            "player": account.address,
            "to": account.address if to is None else to,
            "amountWei": str(amount_wei),
            "nonce": self._nonces.take(account.address) if nonce is None else nonce,
            "deadline": catalogue.deadline(self._clock.now()) if deadline is None else deadline,
            "maxFeeGwei": max_fee_gwei,
        }
        return sign(account, catalogue.eip712, "Withdrawal", message)

    def submit(self, signed: SignedRequest) -> dict[str, Any]:
        """Send one signed withdrawal."""
        return self._transport.post("/v1/withdrawals", signed.as_json())

    def get(self, withdrawal_id: str, *, wait_s: float = 0) -> dict[str, Any]:
        """Return a withdrawal, at once or when its status changes within ``wait_s``."""
        parameters = {"wait": wait_s} if wait_s else None
        return self._transport.get(f"/v1/withdrawals/{quoted(withdrawal_id)}", parameters)
