"""Sets the stage: chain, contracts, tank, relayer and game, each started and found ready."""

import secrets
import shutil
from random import Random
from types import TracebackType
from typing import Self

import requests

from relayer.chain.errors import NodeError
from relayer.chain.node import Node
from relayer.deployment import Deployment, load_deployment
from relayer.keys import create_keystore
from sample_game.demo import services
from sample_game.demo.instance import Instance
from sample_game.demo.keys import give_key
from sample_game.demo.plan import BLOCK_TIME_S, TOP_UP_WEI, DemoPlan, deploy_plan_toml
from sample_game.demo.ports import require_free
from sample_game.demo.processes import ManagedProcess, Supervisor
from sample_game.demo.terminal import Terminal
from sample_game.demo.weather import Weather

READY_WITHIN_S = 60.0
#: Of the relayer's key file: its password lies beside it, so an expensive guess protects nothing.
SCRYPT_COST = 2**12
#: Files and folders of an earlier demo that a new one starts without.
LEFT_FROM_EARLIER = ("*.db*", "*.json", "*.jsonl", "*.journal", "*.toml", "*-key", "password")


class Stage:
    """Everything that has to run before anybody plays, as a context manager."""

    def __init__(self, plan: DemoPlan, instance: Instance, terminal: Terminal) -> None:
        self.plan = plan
        self.node = Node(plan.ports.chain_url)
        self.supervisor = Supervisor(plan.logs, instance.remember)
        self._terminal = terminal
        self._environment = services.environment(plan)
        self._weather = Weather(
            self.node,
            Random(f"weather {plan.seed}"),  # noqa: S311
            BLOCK_TIME_S / 2,
        )

    def __enter__(self) -> Self:
        try:
            self._set()
        except BaseException:
            self._strike()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._strike()

    @property
    def deployment(self) -> Deployment:
        """Which contracts were deployed."""
        return load_deployment(self.plan.deployment)

    def start_players(self) -> ManagedProcess:
        """Let the simulated players begin."""
        command = services.players_command(self.plan)
        may_end = self.plan.contributions is not None
        return self.supervisor.start("players", command, self._environment, may_end=may_end)

    def _relayer(self, name: str, *arguments: str) -> None:
        self.supervisor.run(name, ["relayer", name, *arguments], self._environment)

    def _set(self) -> None:
        require_free(self.plan.ports)
        command = services.chain_command(self.plan)
        _clear(self.plan)
        self._terminal.say("Starting a local chain")
        self.supervisor.start("chain", command, self._environment)
        self.supervisor.wait_until("the chain answers", self._chain_answers, READY_WITHIN_S)
        self._weather.start()
        self._terminal.say("Deploying the contracts and filling the tank")
        self._deploy()
        self._terminal.say("Starting the relayer and the game")
        self._start_services()

    def _start_services(self) -> None:
        """The services of the Procfile; the game last, for it needs a key of the relayer."""
        commands, ports = services.procfile_commands(), self.plan.ports
        game = commands.pop("game")
        for name, service in commands.items():
            self.supervisor.start(name, service, self._environment)
        self._wait_for("the relayer is ready", f"{ports.relayer_url}/readyz")
        give_key(self.plan.game_key, "Hunch", ("submit", "read", "webhooks"), self._environment)
        give_key(self.plan.players_key, "Players' own clients", ("submit",), self._environment)
        self.supervisor.start("game", game, self._environment)
        self._wait_for("the game is ready", f"{ports.game_url}/api/setup")

    def _wait_for(self, what: str, url: str) -> None:
        self.supervisor.wait_until(what, _Answers(url), READY_WITHIN_S)

    def _deploy(self) -> None:
        self._make_relayer_key()
        plan_file = self.plan.directory / "plan.toml"
        plan_file.write_text(deploy_plan_toml(self.plan.mechanism), encoding="utf-8")
        self._relayer("deploy", "--plan", str(plan_file), "--development")
        self._relayer("fund", f"{TOP_UP_WEI}wei", "--development")

    def _make_relayer_key(self) -> None:
        password = secrets.token_urlsafe(24)
        self.plan.password.touch(mode=0o600)
        self.plan.password.write_text(password, encoding="utf-8")
        create_keystore(self.plan.relayer_keystore, password, scrypt_cost=SCRYPT_COST)

    def _chain_answers(self) -> bool:
        try:
            return self.node.head().number >= 1
        except NodeError:
            return False

    def _strike(self) -> None:
        self._weather.stop()
        self.supervisor.stop()


class _Answers:
    """Asks an address whether it answers with success."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __call__(self) -> bool:
        try:
            return requests.get(self._url, timeout=5).ok
        except requests.RequestException:
            return False


def _clear(plan: DemoPlan) -> None:
    for pattern in LEFT_FROM_EARLIER:
        for path in plan.directory.glob(pattern):
            path.unlink()
    shutil.rmtree(plan.logs, ignore_errors=True)
    plan.logs.mkdir()
