"""Puts the contracts on a chain, fills the tank and writes the deployment file."""

from relayer.deploy.deployer import deploy
from relayer.deploy.plan import (
    DeployPlan,
    MechanismPlan,
    SchedulePlan,
    TankPlan,
    TrainerPlan,
    load_plan,
)

__all__ = [
    "DeployPlan",
    "MechanismPlan",
    "SchedulePlan",
    "TankPlan",
    "TrainerPlan",
    "deploy",
    "load_plan",
]
