"""What operators are refused when they act."""

from __future__ import annotations

from relayer.errors import Refusal


class OpsTokenRequired(Refusal):
    """This needs a token of an operator.

    Send one of `relayer ops token add` in the header Authorization: Bearer.
    """

    code, status = "ops-token-required", 401


class BadOpsToken(Refusal):
    """The token is malformed, unknown, removed or expired.

    Make a new one with `relayer ops token add`.
    """

    code, status = "bad-ops-token", 401


class RoleMissing(Refusal):
    """This user must not do that.

    Ask an admin of the house, who may do it or give the user another role.
    """

    code, status = "role-missing", 403


class ConfirmationNeeded(Refusal):
    """This is about money, and who asks has not been confirmed of late.

    Give the password again on the page, or use a token that was made with --money.
    """

    code, status = "confirmation-needed", 403


class ActionRefused(Refusal):
    """As things stand, the action cannot be performed.

    Read the detail: it tells what is in the way.
    """

    code, status = "action-refused", 409
