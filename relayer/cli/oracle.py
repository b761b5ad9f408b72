"""``relayer oracle``: answer the requests of an oracle."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

import click

from relayer.chain.pool import open_node
from relayer.cli.options import load_settings, setting_options
from relayer.clock import SystemClock
from relayer.deployment import load_deployment
from relayer.errors import SettingsError
from relayer.logs import announce, configure
from relayer.oracle import HttpAdapter, Responder
from relayer.oracle.place import open_responder_key, place_of
from relayer.settings import Settings

_FLAGS = (
    "rpc_url",
    "rpc_urls",
    "deployment",
    "oracle_address",
    "oracle_database",
    "oracle_keystore",
    "oracle_service_url",
    "oracle_timeout_s",
    "oracle_max_answer_bytes",
    "oracle_parallel",
    "oracle_retry_s",
    "oracle_cover_percent",
    "confirmations",
    "poll_interval_s",
    "max_batch_gas",
    "max_fee_per_gas_cap_wei",
    "priority_fee_wei",
    "resend_after_s",
    "bump_percent",
    "log_format",
)


@click.group("oracle")
def command() -> None:
    """Take part in an oracle: a model behind a machine-learning service."""


@command.command("respond")
@setting_options(*_FLAGS)
@click.pass_context
def respond(ctx: click.Context, /, **flags: Any) -> None:
    """Answer requests of an oracle until stopped.

    Follows the requests of the panel's oracle, asks the service, commits, reveals, settles and
    claims. Stop it with Ctrl-C or SIGTERM, or kill it: the next one takes up what it was doing.
    """
    settings = load_settings(ctx, flags).settings
    configure(settings.log_format)
    stop_event = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stop_event.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    responder = _open(settings)
    announce(
        f"answering for {responder.oracle.address} as {responder.signer.address}",
        settings.log_format,
    )
    responder.run(stop_event)
    responder.close()


def _open(settings: Settings) -> Responder:
    if settings.oracle_service_url is None:
        raise SettingsError(
            "the responder needs a service: set oracle_service_url to where it is asked"
        )
    place = place_of(settings, load_deployment(settings.deployment))
    signer, clock = open_responder_key(settings), SystemClock()
    adapter = HttpAdapter(
        settings.oracle_service_url,
        timeout_s=settings.oracle_timeout_s,
        max_answer_bytes=settings.oracle_max_answer_bytes,
        clock=clock,
        token=settings.oracle_service_token,
    )
    node = open_node(settings, chain_id=place.chain_id, clock=clock)
    return Responder(settings, place, signer, adapter, node=node, clock=clock)
