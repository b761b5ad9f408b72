"""What every route needs: settings, store, clock, and what the deployment file opens."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from relayer.api.dataset_shelf import DatasetShelf
from relayer.api.model_shelf import ModelShelf
from relayer.api.waiting import Waiting
from relayer.clock import Clock
from relayer.deployment import Deployment, load_deployment
from relayer.errors import DeploymentError
from relayer.intake.contributions import ContributionIntake
from relayer.intake.validations import ValidationIntake
from relayer.intake.withdrawals import WithdrawalIntake
from relayer.limits.reception import Reception
from relayer.metrics.tallies import RefusalTally
from relayer.refusals import ChainUnavailable
from relayer.settings import Settings
from relayer.store import Store


@dataclass(frozen=True, slots=True)
class Counter:
    """Where requests are served once the contracts are known."""

    deployment: Deployment
    contributions: ContributionIntake
    validations: ValidationIntake
    withdrawals: WithdrawalIntake
    models: ModelShelf
    datasets: DatasetShelf


class Service:
    """One relayer's web side, mounted once; safe to share between threads.

    Args:
        settings: the effective settings.
        store: a migrated store.
        clock: the time for deadlines, ages and waits.
        url_prefix: where the routes are mounted, for links.
    """

    def __init__(
        self, settings: Settings, store: Store, clock: Clock, url_prefix: str = ""
    ) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.url_prefix = url_prefix
        self.reception = Reception(settings, store, clock)
        self.waiting = Waiting(clock, most_waiters=max(1, settings.web_threads // 2))
        self.refused = RefusalTally(store, clock)
        self._counter: Counter | None = None
        self._opening = threading.Lock()

    @property
    def counter(self) -> Counter:
        """Everything that needs the deployment, which is read when it is first needed.

        The web server may start before the contracts are deployed.

        Raises:
            ChainUnavailable: there is no usable deployment file yet.
        """
        if self._counter is None:
            with self._opening:
                try:
                    self._counter = self._counter or self._open()
                except DeploymentError as error:
                    raise ChainUnavailable(
                        "The relayer does not know its contracts yet. Send the same request again "
                        "in a few seconds."
                    ) from error
        return self._counter

    def check_deployment(self) -> None:
        """Look whether the deployment file is usable.

        Raises:
            DeploymentError: it is not.
        """
        if self._counter is None:
            load_deployment(self.settings.deployment)

    def _open(self) -> Counter:
        deployment = load_deployment(self.settings.deployment)
        parts = (self.settings, deployment, self.store, self.clock)
        return Counter(
            deployment=deployment,
            contributions=ContributionIntake(*parts),
            validations=ValidationIntake(*parts),
            withdrawals=WithdrawalIntake(*parts),
            models=ModelShelf(self.settings, deployment),
            datasets=DatasetShelf(self.settings, deployment, self.clock),
        )
