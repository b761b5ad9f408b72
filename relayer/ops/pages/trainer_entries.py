"""What the deployment file says about trainers; pages work without it."""

from __future__ import annotations

from relayer.api.service import Service
from relayer.deployment import Deployment, TrainerEntry
from relayer.refusals import ChainUnavailable


def deployment_of(service: Service) -> Deployment | None:
    """Return what is deployed, or None while there is no usable file."""
    try:
        return service.counter.deployment
    except ChainUnavailable:
        return None


def trainer_entry(service: Service, trainer: str) -> TrainerEntry | None:
    """Return a trainer's entry, or None for one that is not served any more."""
    deployment = deployment_of(service)
    return None if deployment is None else deployment.trainers_by_address.get(trainer.lower())


def trainer_names(service: Service) -> dict[str, str]:
    """Return the trainers' names by address."""
    deployment = deployment_of(service)
    return {} if deployment is None else {each.address: each.name for each in deployment.trainers}
