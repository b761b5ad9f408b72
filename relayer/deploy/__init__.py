"""Puts the contracts on a chain, fills the tank and writes the deployment file."""

from relayer.deploy.deployer import deploy
from relayer.deploy.mechanism_plans import (
    GamifiedPlan,
    MechanismPlan,
    PredictionMarketPlan,
    SelfAssessmentPlan,
)
from relayer.deploy.plan import DeployPlan, TankPlan, TrainerPlan, load_plan, parse_plan
from relayer.deploy.schedule_plan import SchedulePlan

__all__ = [
    "DeployPlan",
    "GamifiedPlan",
    "MechanismPlan",
    "PredictionMarketPlan",
    "SchedulePlan",
    "SelfAssessmentPlan",
    "TankPlan",
    "TrainerPlan",
    "deploy",
    "load_plan",
    "parse_plan",
]
