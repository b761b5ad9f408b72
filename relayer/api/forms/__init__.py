"""The form of every answer. The document and ``/docs`` are made from these types.

`relayer.api.resources` fills them, so the type checker holds the code to what is published, and
the tests hold every answer that they get to it. The text below a member is published with it.
"""

from __future__ import annotations

from relayer.api.forms.allowances import (
    BanTold,
    BudgetLeft,
    HouseAllowance,
    OpenLeft,
    PlayerAllowance,
    QuotaLeft,
)
from relayer.api.forms.batches import (
    Batch,
    BatchLinks,
    BatchPage,
    BatchSettlement,
    ListedBatch,
    Member,
)
from relayer.api.forms.contributions import (
    Contribution,
    ContributionLinks,
    ContributionPage,
    ContributionResult,
    ContributionResults,
    Settlement,
)
from relayer.api.forms.lookups import (
    Alive,
    Config,
    Limits,
    Model,
    Player,
    Ready,
    SigningForm,
    Trainer,
    UnreadyProblem,
    WithdrawalFee,
)
from relayer.api.forms.ops import ActionField, ActionOutcome, ActionsTold, ActionTold
from relayer.api.forms.shared import Attempt, Place, Problem
from relayer.api.forms.validations import (
    Validation,
    ValidationLinks,
    ValidationPage,
    ValidationResult,
    ValidationResults,
    Withdrawal,
    WithdrawalLinks,
    WithdrawalPage,
)
from relayer.api.forms.webhooks import (
    Sent,
    Webhook,
    WebhookLinks,
    WebhookMessage,
    WebhookMessages,
    Webhooks,
)

__all__ = [
    "ActionField",
    "ActionOutcome",
    "ActionTold",
    "ActionsTold",
    "Alive",
    "Attempt",
    "BanTold",
    "Batch",
    "BatchLinks",
    "BatchPage",
    "BatchSettlement",
    "BudgetLeft",
    "Config",
    "Contribution",
    "ContributionLinks",
    "ContributionPage",
    "ContributionResult",
    "ContributionResults",
    "HouseAllowance",
    "Limits",
    "ListedBatch",
    "Member",
    "Model",
    "OpenLeft",
    "Place",
    "Player",
    "PlayerAllowance",
    "Problem",
    "QuotaLeft",
    "Ready",
    "Sent",
    "Settlement",
    "SigningForm",
    "Trainer",
    "UnreadyProblem",
    "Validation",
    "ValidationLinks",
    "ValidationPage",
    "ValidationResult",
    "ValidationResults",
    "Webhook",
    "WebhookLinks",
    "WebhookMessage",
    "WebhookMessages",
    "Webhooks",
    "Withdrawal",
    "WithdrawalFee",
    "WithdrawalLinks",
    "WithdrawalPage",
]
