"""A signer process of its own, as web3signer or clef speak, or one that misbehaves."""

from __future__ import annotations

import json
import threading
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from eth_account import Account

#: The order of the curve.
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141

STRANGER = str(Account.from_key(b"\x06" * 32).address)


class Mood(Enum):
    """How the service behaves."""

    WEB3SIGNER = "web3signer"
    CLEF = "clef"
    REFUSING = "refusing"
    FAILING = "failing"
    SILENT = "silent"
    GARBAGE = "garbage"
    NOT_JSON = "not-json"
    NO_RESULT = "no-result"
    HUGE = "huge"
    REDIRECTING = "redirecting"
    OTHER_KEY = "other-key"
    OTHER_NONCE = "other-nonce"
    OTHER_RECEIVER = "other-receiver"
    MORE_VALUE = "more-value"
    DEARER = "dearer"
    OTHER_CHAIN = "other-chain"
    ACCESS_LIST = "access-list"
    LEGACY = "legacy"
    TRAILING = "trailing"


#: What a dishonest service changes in what it was asked to sign.
_CHANGES: dict[Mood, dict[str, Any]] = {
    Mood.OTHER_NONCE: {"nonce": "0x63"},
    Mood.OTHER_RECEIVER: {"to": STRANGER},
    Mood.MORE_VALUE: {"value": "0xde0b6b3a7640000"},
    Mood.DEARER: {"maxFeePerGas": "0xffffffffff"},
    Mood.OTHER_CHAIN: {"chainId": "0x1"},
    Mood.ACCESS_LIST: {"accessList": [{"address": STRANGER, "storageKeys": []}]},
}


class SigningService:
    """Serves until `close`; `requests` are the transactions that it was asked to sign."""

    def __init__(self, key: bytes, mood: Mood = Mood.WEB3SIGNER) -> None:
        self.key = key
        self.mood = mood
        self.requests: list[dict[str, Any]] = []
        self.tokens: list[str | None] = []
        self.released = threading.Event()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.tokens.append(self.headers["Authorization"])
                service.requests.append(body["params"][0])
                service.answer(self, body)

            def log_message(self, *arguments: Any) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop serving."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def answer(self, handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        """Answer as the mood has it."""
        if self.mood is Mood.SILENT:
            self.released.wait(30)
        if self.mood is Mood.REDIRECTING:
            handler.send_response(307)
            handler.send_header("Location", "http://127.0.0.1:9/")
            handler.end_headers()
            return
        content = self._content(body)
        handler.send_response(500 if self.mood is Mood.FAILING else 200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        try:
            handler.wfile.write(content)
        except OSError:
            handler.close_connection = True

    def _content(self, body: dict[str, Any]) -> bytes:
        if self.mood is Mood.NOT_JSON:
            return b"<html>"
        if self.mood is Mood.HUGE:
            return b'"' + b"0" * (2 << 20) + b'"'
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": body["id"]}
        if self.mood is Mood.REFUSING:
            answer["error"] = {"code": -32000, "message": "Request denied"}
        elif self.mood is not Mood.NO_RESULT:
            answer["result"] = self._result(body["params"][0])
        return json.dumps(answer).encode()

    def _result(self, request: dict[str, Any]) -> Any:
        if self.mood is Mood.GARBAGE:
            return "0x02f8"
        raw = "0x" + self._sign(request).hex()
        if self.mood is Mood.CLEF:
            return {"raw": raw, "tx": {"nonce": request["nonce"]}}
        return raw

    def _sign(self, request: dict[str, Any]) -> bytes:
        fields = {name: value for name, value in request.items() if name != "from"}
        fields |= {"type": 2} | _CHANGES.get(self.mood, {})
        if self.mood is Mood.LEGACY:
            fields["gasPrice"] = fields.pop("maxFeePerGas")
            del fields["maxPriorityFeePerGas"], fields["type"]
        key = b"\x66" * 32 if self.mood is Mood.OTHER_KEY else self.key
        signed = bytes(Account.sign_transaction(fields, key).raw_transaction)
        return signed + b"\x00" if self.mood is Mood.TRAILING else signed
