"""``relayer work``: the worker as a process of its own."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

import click

from relayer.cli.options import load_settings, setting_options
from relayer.logs import JSON, announce, configure, have_facts_added
from relayer.transaction_facts import TransactionFacts
from relayer.worker import Worker

_FLAGS = (
    "rpc_url",
    "rpc_urls",
    "deployment",
    "database",
    "sponsor",
    "signer_keystore",
    "signer_keystores",
    "external_signer_url",
    "external_signer_addresses",
    "external_signer_method",
    "external_signer_timeout_s",
    "treasury_keystore",
    "signer_low_wei",
    "signer_high_wei",
    "max_wait_s",
    "dear_wait_factor",
    "dear_fee_percent",
    "max_batch_items",
    "max_batch_gas",
    "confirmations",
    "poll_interval_s",
    "max_fee_per_gas_cap_wei",
    "priority_fee_wei",
    "tip_percentile",
    "max_tries",
    "resend_after_s",
    "bump_percent",
    "settle_min_items",
    "settle_max_delay_s",
    "market_step_gas",
    "market_oversize_percent",
    "market_secrets",
    "log_format",
)


@click.command("work")
@setting_options(*_FLAGS)
@click.pass_context
def command(ctx: click.Context, /, **flags: Any) -> None:
    """Batch, send, watch, settle and drive markets until stopped.

    Stop it with Ctrl-C or SIGTERM, or kill it: whatever it was doing, the next one takes it up.
    One worker serves one database.
    """
    settings = load_settings(ctx, flags).settings
    configure(settings.log_format)
    stop_event = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stop_event.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    worker = Worker(settings)
    if settings.log_format == JSON:
        have_facts_added(TransactionFacts(worker.store.traces))
    names = ", ".join(signer.address for signer in worker.signers)
    announce(f"working for {worker.system.sponsor} as {names}", settings.log_format)
    worker.run(stop_event)
    worker.close()
