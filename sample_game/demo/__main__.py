"""Command line of the demo: `make demo`, or `python -m sample_game.demo --help`."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

import click

import relayer.ethereum_account  # noqa: F401 - first, or web3 brings eth_account with all of its curves
from relayer.client import RelayerClientError
from relayer.clock import SystemClock
from relayer.errors import RelayerError
from sample_game.demo.errors import DemoError, LifeIncompleteError
from sample_game.demo.instance import Instance
from sample_game.demo.life import Life
from sample_game.demo.live import show_addresses, stay_up
from sample_game.demo.plan import DemoPlan, Mechanism
from sample_game.demo.ports import Ports, free_ports
from sample_game.demo.stage import Stage
from sample_game.demo.terminal import Terminal
from sample_game.errors import GameError
from sample_game.simulated_players.clue_book import WORDNET_CLUES

#: Contributions of one whole life, and how fast they come.
ONESHOT_CONTRIBUTIONS = 320
ONESHOT_PER_SECOND = 12.0
#: Batches of one contribution do not pay: in so short a life all play the same deck.
ONESHOT_ELSEWHERE = 0.0
REPORT = Path("demo-report.json")
PORT = click.IntRange(1, 65_535)
_STOPPED_BY_SIGNAL = 128


class StopRequested(BaseException):
    """Somebody asked the demo to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = _STOPPED_BY_SIGNAL + number


@click.command(context_settings={"show_default": True, "help_option_names": ["-h", "--help"]})
@click.option("--oneshot", is_flag=True, help="Go through one whole life, report, and end.")
@click.option("--game-port", type=PORT, show_default=str(Ports.game), help="Port of the game.")
@click.option(
    "--relayer-port", type=PORT, show_default=str(Ports.relayer), help="Port of the relayer's API."
)
@click.option(
    "--chain-port", type=PORT, show_default=str(Ports.chain), help="Port of the local chain."
)
@click.option("--players", default=24, type=click.IntRange(1, 10_000), help="Simulated players.")
@click.option("--per-second", type=click.FloatRange(0.01), help="Their turns a second.")
@click.option("--contributions", type=click.IntRange(1), help="How many they hand in; then stop.")
@click.option(
    "--mechanism",
    type=click.Choice(["self-assessment", "gamified"]),
    default=DemoPlan.mechanism,
    help="What settles contributions: the model itself, or other players.",
)
@click.option("--seed", default=1, help="Decides keys, clues, turns and the base fee.")
@click.option(
    "--clues",
    type=click.Path(path_type=Path),
    default=WORDNET_CLUES,
    help="Clue words for the players: CSV with target, clue, and weight or count.",
)
@click.option(
    "--directory",
    type=click.Path(path_type=Path),
    default=Path(".demo"),
    help="Where databases, keys and logs go; emptied at the start.",
)
def main(
    oneshot: bool,
    game_port: int | None,
    relayer_port: int | None,
    chain_port: int | None,
    players: int,
    per_second: float | None,
    contributions: int | None,
    mechanism: Mechanism,
    seed: int,
    clues: Path,
    directory: Path,
) -> None:
    """Play, pay, settle and reimburse on a local chain.

    Starts a chain, deploys the contracts, fills the tank, starts relayer and game, and lets
    simulated players play. Without --oneshot it stays up until Ctrl-C; with it, free ports are
    used where none is given, and the exit code is 0 only if every accepted contribution was
    settled, or failed with a reason, and all books balance to the wei.
    """
    usual = free_ports() if oneshot else Ports()
    plan = DemoPlan(
        directory=directory.resolve(),
        ports=Ports(
            game=game_port or usual.game,
            relayer=relayer_port or usual.relayer,
            chain=chain_port or usual.chain,
        ),
        players=players,
        contributions=contributions,
        per_second=per_second or DemoPlan.per_second,
        seed=seed,
        clues=clues.resolve(),
        mechanism=mechanism,
    )
    if oneshot:
        plan = replace(
            plan,
            contributions=contributions or ONESHOT_CONTRIBUTIONS,
            per_second=per_second or ONESHOT_PER_SECOND,
            elsewhere=ONESHOT_ELSEWHERE,
        )
    terminal = Terminal()
    try:
        with stopped_by_signals():
            _run(plan, terminal, oneshot=oneshot)
    except (DemoError, GameError, RelayerError, RelayerClientError) as error:
        click.echo(f"demo: {error}", err=True)
        sys.exit(1)
    except StopRequested as stop:
        terminal.say("Stopped everything that the demo started.")
        sys.exit(stop.exit_code)


def _run(plan: DemoPlan, terminal: Terminal, *, oneshot: bool) -> None:
    clock = SystemClock()
    with Instance(plan.directory) as instance:
        if instance.leftovers_ended:
            terminal.say(
                f"Ended {instance.leftovers_ended} processes that a killed demo had left behind."
            )
        began_at = clock.now()
        with Stage(plan, instance, terminal) as stage:
            show_addresses(stage, terminal)
            if not oneshot:
                stage.start_players()
                stay_up(stage, terminal, clock)
            report = Life(stage, terminal, clock, began_at).lead()
    report.write(REPORT)
    terminal.show(report.table())
    terminal.say(f"Wrote {REPORT}.")
    failures = report.failures()
    if failures:
        raise LifeIncompleteError(" ".join(failures))


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Turn the first signal to stop into StopRequested, and be deaf to the next ones."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, frame: FrameType | None) -> None:
        for deaf in numbers:
            signal.signal(deaf, signal.SIG_IGN)
        raise StopRequested(number)

    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    main(prog_name="python -m sample_game.demo")
