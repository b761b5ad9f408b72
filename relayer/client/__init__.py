"""The kit for game backends: a client for the relayer's HTTP API, on requests.

>>> client = RelayerClient("http://127.0.0.1:8080")             # doctest: +SKIP
>>> signed = client.sign_contribution(account, words=["meow"], label="cat")  # doctest: +SKIP
>>> client.wait(client.submit(signed)["id"], until="mined")      # doctest: +SKIP
"""

from relayer.client.errors import (
    ApiError,
    BalanceTooLowError,
    ChainUnavailableError,
    DeadlineRefusedError,
    IntakePausedError,
    InvalidRequestError,
    LimitReachedError,
    MaxFeeTooLowError,
    NonceRefusedError,
    NotAdmittedError,
    NotCancellableError,
    NotFoundError,
    RelayerClientError,
    SampleRefusedError,
    SignatureRefusedError,
    TankEmptyError,
    TransportError,
    UnavailableError,
    UnexpectedAnswerError,
    ValidationRefusedError,
    WaitTimeoutError,
    WebhookRefusedError,
)
from relayer.client.in_process import InProcessAdapter
from relayer.client.play_tickets import issue_play_ticket
from relayer.client.relayer_client import Outcome, RelayerClient
from relayer.client.signing import SignedRequest, Signer
from relayer.notify.signing import WebhookSignatureError
from relayer.notify.signing import verify as verify_webhook

__all__ = [
    "ApiError",
    "BalanceTooLowError",
    "ChainUnavailableError",
    "DeadlineRefusedError",
    "InProcessAdapter",
    "IntakePausedError",
    "InvalidRequestError",
    "LimitReachedError",
    "MaxFeeTooLowError",
    "NonceRefusedError",
    "NotAdmittedError",
    "NotCancellableError",
    "NotFoundError",
    "Outcome",
    "RelayerClient",
    "RelayerClientError",
    "SampleRefusedError",
    "SignatureRefusedError",
    "SignedRequest",
    "Signer",
    "TankEmptyError",
    "TransportError",
    "UnavailableError",
    "UnexpectedAnswerError",
    "ValidationRefusedError",
    "WaitTimeoutError",
    "WebhookRefusedError",
    "WebhookSignatureError",
    "issue_play_ticket",
    "verify_webhook",
]
