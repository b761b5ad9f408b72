"""All checks in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from relayer.checkup.chain import examine_chain
from relayer.checkup.dashboard import check_dashboard
from relayer.checkup.findings import Finding, green, red_error
from relayer.checkup.machine import (
    check_disk,
    check_exposure,
    check_keystores,
    check_secret_files,
    check_store,
)
from relayer.deployment import Deployment, load_deployment
from relayer.errors import DeploymentError
from relayer.settings import Settings


def examine(settings: Settings, secret_files: Mapping[str, Path], now: float) -> Iterator[Finding]:
    """Make all checks; none of them changes anything that matters, and none raises.

    Args:
        settings: the effective ones.
        secret_files: where secrets come from, by setting.
        now: unix seconds.
    """
    yield from check_secret_files(secret_files)
    yield from check_keystores(settings)
    yield from check_disk(settings)
    yield from check_store(settings, now)
    finding, deployment = _deployment(settings)
    yield finding
    yield from examine_chain(settings, deployment, now)
    yield from check_exposure(settings)
    yield from check_dashboard(settings)


def _deployment(settings: Settings) -> tuple[Finding, Deployment | None]:
    try:
        deployment = load_deployment(settings.deployment)
    except DeploymentError as error:
        return red_error("deployment", error), None
    names = ", ".join(entry.name for entry in deployment.trainers)
    return green("deployment", f"{settings.deployment} names {names}"), deployment
