"""Signers whose keys are kept by a process of their own, asked over JSON-RPC.

web3signer answers `eth_signTransaction` with the signed bytes; geth's clef answers
`account_signTransaction` with an object that has them under `raw`. Whatever comes back is taken
only if it is byte for byte the transaction that was asked for, signed by the account that was
asked: a signer that is broken or broken into can refuse to sign, and nothing more.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

import requests
from eth_utils.address import is_address, to_checksum_address
from urllib3.exceptions import HTTPError

from relayer.chain.fees import Fees
from relayer.clock import Clock
from relayer.errors import SettingsError
from relayer.keys.envelope import check_signed
from relayer.keys.errors import SignerRefusedError, SignerUnreachableError
from relayer.keys.signer import SignedTransaction, TransactionFields
from relayer.untrusted_json import read_json

#: A transaction may have 128 KiB, and an answer may hold it twice in hex.
MAX_ANSWER_BYTES: Final = 1 << 20
_CHUNK_BYTES: Final = 16_384
#: So much of a refusal is shown.
MAX_WORDS: Final = 200


class ExternalSigner:
    """One account of an external signer.

    Args:
        url: where the signer listens.
        address: the account.
        method: JSON-RPC method that signs.
        timeout_s: longest silence, and longest time for the body of an answer.
        clock: tells how long a body has taken.
        token: sent as a bearer token.

    Raises:
        SettingsError: the URL is not one of http or https, or the address is none.
    """

    def __init__(
        self,
        url: str,
        address: str,
        *,
        method: str,
        timeout_s: float,
        clock: Clock,
        token: str | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError(
                f"external_signer_url {url!r} is not a URL of http or https; "
                "write it as http://127.0.0.1:9000"
            )
        if not is_address(address):
            raise SettingsError(
                f"external_signer_addresses has {address!r}; write 0x and 40 hex digits"
            )
        self._url = url
        self._address = to_checksum_address(address)
        self._method = method
        self._timeout_s = timeout_s
        self._clock = clock
        self._token = token

    @property
    def address(self) -> str:
        """The account's checksummed address."""
        return self._address

    def sign(self, fields: TransactionFields, fees: Fees) -> SignedTransaction:
        """Asks for the signature of an EIP-1559 transaction and checks what comes back.

        Raises:
            SignerUnreachableError: no answer came.
            SignerRefusedError: the signer does not sign this.
            SignerMismatchError: what came is not the transaction, signed by the account.
        """
        signed = self._ask(fields, fees)
        return SignedTransaction(check_signed(signed, fields, fees, self._address), signed)

    def _ask(self, fields: TransactionFields, fees: Fees) -> bytes:
        body = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": self._method,
            "params": [_request(self._address, fields, fees)],
        }
        try:
            with requests.Session() as session:
                # No proxy, no .netrc: the request goes to the signer and to nobody else.
                session.trust_env = False
                with session.post(
                    self._url,
                    json=body,
                    headers=self._headers(),
                    timeout=self._timeout_s,
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    return _signed_bytes(self._read(response))
        except (requests.RequestException, HTTPError, OSError) as error:
            raise SignerUnreachableError(
                f"The signer of {self._address} did not answer ({type(error).__name__}). "
                "Check that it runs and that external_signer_url is right."
            ) from error

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        return headers

    def _read(self, response: requests.Response) -> bytes:
        give_up_at = self._clock.monotonic() + self._timeout_s
        content = b""
        while part := response.raw.read1(_CHUNK_BYTES, decode_content=False):
            content += part
            if len(content) > MAX_ANSWER_BYTES or self._clock.monotonic() > give_up_at:
                raise SignerUnreachableError(
                    f"The answer of the signer of {self._address} is too long, or not complete "
                    f"after {self._timeout_s:g} s."
                )
        return content

    def __repr__(self) -> str:
        return f"ExternalSigner({self._address})"


def _request(address: str, fields: TransactionFields, fees: Fees) -> dict[str, str]:
    return {
        "from": address,
        "to": fields.to,
        "gas": hex(fields.gas_limit),
        "maxFeePerGas": hex(fees.max_fee_per_gas_wei),
        "maxPriorityFeePerGas": hex(fees.max_priority_fee_per_gas_wei),
        "value": hex(fields.value_wei),
        "nonce": hex(fields.nonce),
        "data": "0x" + fields.data.hex(),
        "chainId": hex(fields.chain_id),
    }


def _signed_bytes(content: bytes) -> bytes:
    """The signed bytes in an answer of any of the known signers.

    Raises:
        SignerRefusedError: the answer is an error, or none that is known.
    """
    try:
        answer: Any = read_json(content)
        error = answer.get("error")
        if error is not None:
            raise SignerRefusedError(f"The signer does not sign: {str(error)[:MAX_WORDS]}")
        result = answer["result"]
        text = result["raw"] if isinstance(result, dict) else result
        return bytes.fromhex(text.removeprefix("0x"))
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise SignerRefusedError(
            "The signer's answer is no signed transaction. Check that external_signer_url leads "
            "to a signer, and external_signer_method."
        ) from error
