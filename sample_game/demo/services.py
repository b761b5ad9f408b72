"""The commands that the demo starts, and the environment that they get."""

import os
import shlex
import sys
from pathlib import Path

from sample_game.demo.errors import ToolMissingError
from sample_game.demo.plan import (
    BLOCK_TIME_S,
    CHAIN_ID,
    FORFEIT_WAIT_S,
    REFUND_WAIT_S,
    VALIDATIONS_WAIT_S,
    DemoPlan,
)
from sample_game.demo.ports import HOST
from sample_game.demo.weather import STARTING_BASE_FEE_WEI
from sample_game.settings import GameSettings

REPOSITORY = Path(__file__).resolve().parent.parent.parent
ANVIL = REPOSITORY / "node_modules" / ".bin" / "anvil"
PROCFILE = REPOSITORY / "Procfile"
#: Settings of the caller's shell would leak into the demo.
_FOREIGN_PREFIXES = ("RELAYER_", "GAME_", "SPONSOR_")


def environment(plan: DemoPlan) -> dict[str, str]:
    """The environment of every process: the caller's, less its settings, plus the demo's."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN_PREFIXES)
    }
    programs = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', os.defpath)}"
    directory, ports = plan.directory, plan.ports
    return {
        **kept,
        "PATH": programs,
        "PYTHONUNBUFFERED": "1",
        "RELAYER_RPC_URL": ports.chain_url,
        "RELAYER_DEPLOYMENT": str(plan.deployment),
        "RELAYER_DATABASE": str(directory / "relayer.db"),
        "RELAYER_SIGNER_KEYSTORE": str(plan.relayer_keystore),
        "RELAYER_SIGNER_PASSWORD_FILE": str(plan.password),
        "RELAYER_HOST": HOST,
        "RELAYER_PORT": str(ports.relayer),
        "RELAYER_PUBLIC_URL": ports.relayer_url,
        "RELAYER_WEB_WORKERS": "1",
        # The real thing: who has no key of the relayer sends nothing.
        "RELAYER_ADMISSION": "keys",
        # The game listens on this machine alone, so webhooks must be allowed to come here.
        "RELAYER_WEBHOOK_PRIVATE_TARGETS": "true",
        # Batches pay their fixed cost from eight members on: wait a little for company.
        "RELAYER_MAX_WAIT_S": "8",
        # One settlement for each batch pays best: its fixed cost is shared by all its members.
        "RELAYER_SETTLE_MAX_DELAY_S": str(
            FORFEIT_WAIT_S - REFUND_WAIT_S + 5 if plan.pays_players else VALIDATIONS_WAIT_S
        ),
        "GAME_HOST": HOST,
        "GAME_PORT": str(ports.game),
        "GAME_DATABASE": str(directory / "hunch.db"),
        "GAME_RELAYER_URL": ports.relayer_url,
        "GAME_RELAYER_KEY_FILE": str(plan.game_key),
        "GAME_PUBLIC_URL": ports.game_url,
        # All simulated players share the loopback address.
        "GAME_PLAYERS_PER_NETWORK": str(max(GameSettings.players_per_network, plan.players)),
    }


def chain_command(plan: DemoPlan) -> list[str]:
    """The local chain.

    Raises:
        ToolMissingError: anvil is not installed.
    """
    if not ANVIL.exists():
        raise ToolMissingError(
            "The local chain needs anvil, which comes from npm: run `scripts/setup-node` "
            "(`make demo` does), which needs Node.js 20 or newer."
        )
    return [
        str(ANVIL),
        *("--host", HOST, "--port", str(plan.ports.chain), "--chain-id", str(CHAIN_ID)),
        *("--block-time", str(BLOCK_TIME_S), "--accounts", "1", "--balance", "1000"),
        *("--block-base-fee-per-gas", str(STARTING_BASE_FEE_WEI)),
    ]


def procfile_commands(procfile: Path = PROCFILE) -> dict[str, list[str]]:
    """The services by name, as every supervisor of Procfiles reads them."""
    commands = {}
    for line in procfile.read_text(encoding="utf-8").splitlines():
        name, separator, command = line.partition(":")
        if separator and not line.startswith("#"):
            commands[name.strip()] = shlex.split(command)
    return commands


def players_command(plan: DemoPlan) -> list[str]:
    """The simulated players, with what the plan says about them."""
    command = [
        *(sys.executable, "-m", "sample_game.simulated_players"),
        *("--game", plan.ports.game_url, "--relayer", plan.ports.relayer_url),
        *("--players", str(plan.players), "--per-second", str(plan.per_second)),
        *("--seed", str(plan.seed), "--clues", str(plan.clues), "--journal", str(plan.journal)),
        *("--elsewhere", str(plan.elsewhere)),
        *("--key-file", str(plan.players_key)),
    ]
    if plan.contributions is not None:
        command += ["--contributions", str(plan.contributions)]
    return command
