"""``relayer status``: how the relayer is doing, read from its store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from relayer.cli.durations import Duration
from relayer.cli.exit_codes import ExitCode
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, print_json_line, tell
from relayer.clock import Clock, SystemClock
from relayer.errors import StoreError
from relayer.limits.gate import Gate
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.chain_state import ChainView
from relayer.store.switches import Switch


@click.command("status")
@click.option(
    "--watch",
    "interval_s",
    is_flag=False,
    flag_value="2s",
    type=Duration(),
    help="Show it again and again until Ctrl-C: every 2 s, or as often as you say.",
)
@json_option
@setting_options("database", "heartbeat_stale_s")
@click.pass_context
def command(ctx: click.Context, /, interval_s: int | None, as_json: bool, **flags: Any) -> None:
    """Show how the relayer is doing.

    Reads the store and needs neither the web server nor the node. Ends with 0 if contributions
    can be accepted, else with 1.
    """
    settings, clock = load_settings(ctx, flags).settings, SystemClock()
    state = read_status(settings, clock.now())
    if interval_s is None:
        tell(_lines(state), state, as_json=as_json)
    else:
        for state in _again_and_again(settings, clock, interval_s):
            click.clear()  # nothing but terminals
            if as_json:
                print_json_line(state)
            else:
                click.echo(f"{_lines(state)}\n")
    ctx.exit(ExitCode.DONE if state["accepting"] else ExitCode.IN_THE_WAY)


def _again_and_again(settings: Settings, clock: Clock, interval_s: int) -> Iterator[dict[str, Any]]:
    """The state every few seconds, until somebody presses Ctrl-C."""
    try:
        while True:
            yield read_status(settings, clock.now())
            clock.sleep(interval_s)
    except KeyboardInterrupt:
        return


def _lines(state: dict[str, Any]) -> str:
    shown = {name: value for name, value in state.items() if value or name != "in_the_way"}
    return "\n".join(f"{name.replace('_', ' '):<22}{_text(value)}" for name, value in shown.items())


def read_status(settings: Settings, now: float) -> dict[str, Any]:
    """Return what the store tells about the relayer.

    Raises:
        StoreError: there is no database yet.
    """
    if not settings.database.is_file():
        raise StoreError(
            f"there is no database {settings.database}; start `relayer web` or `relayer work`, or "
            "name the file with --database"
        )
    store = Store(settings.database)
    try:
        store.check()
        view, counts = store.chain_state.view(), store.tallies.contributions()
        obstacle = Gate(store).obstacle(now)
        pause = store.switches.pause_of(Switch.SENDING, now)
        reserved_gwei = store.contributions.reserved_gwei()
    finally:
        store.close()
    beat, head, tank = view.heartbeat, view.head, view.tank
    in_the_way = _in_the_way(view, settings, now) or (obstacle and obstacle.detail)
    return {
        "accepting": in_the_way is None,
        "in_the_way": in_the_way,
        "intake": "open" if obstacle is None else obstacle.detail,
        "sending": "on" if pause is None else f"paused: {pause.reason}",
        "worker_seen_s_ago": None if beat is None else round(now - beat.at, 1),
        "node": None if beat is None else beat.detail or "reachable",
        "head_block": None if head is None else head.number,
        "tank_available_wei": None if tank is None else str(tank.available_wei),
        "tank_reserved_wei": None if tank is None else str(tank.reserved_wei),
        "queue_reserved_gwei": reserved_gwei,
        "contributions": counts,
    }


def _in_the_way(view: ChainView, settings: Settings, now: float) -> str | None:
    """Why nothing can be accepted, as far as the worker knows; None: it can."""
    beat, tank = view.heartbeat, view.tank
    if beat is None:
        return "no worker has run yet; start `relayer work`"
    if now - beat.at > settings.heartbeat_stale_s:
        return f"no sign of life of the worker for {now - beat.at:.0f} s; start `relayer work`"
    if not beat.node_reachable:
        return beat.detail or "the worker reaches no node; check rpc_url"
    if view.head is None or tank is None:
        return "the worker has not read the chain yet"
    if tank.paused:
        return "the sponsor has paused its tank; it alone can go on"
    if not tank.relayer_allowed:
        return "the sponsor lets none of the signers spend; `relayer signers allow` changes that"
    return view.signers_fault


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{count} {name}" for name, count in value.items()) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "unknown" if value is None else str(value)
