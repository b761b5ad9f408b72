"""What only pages refuse; they show it to people, so there is no code to switch on.

What pages and API refuse alike is in `relayer.refusals.operators`.
"""

from __future__ import annotations

from math import ceil

from relayer.errors import Refusal


class LoginRefused(Refusal):
    """Name or password is wrong.

    Try again, or have `relayer ops user password` give the user a new one.
    """

    code, status = "login-refused", 401


class TooManyTries(Refusal):
    """There were too many wrong passwords.

    Wait, or have `relayer ops user password` give the user a new one, which counts anew.
    """

    code, status, retryable = "too-many-tries", 429, True

    @classmethod
    def until(cls, until_at: float, now: float) -> TooManyTries:
        """Return the refusal that ends at a time."""
        wait_s = max(1, ceil(until_at - now))
        return cls(
            f"There were too many wrong passwords. Try again in {ceil(wait_s / 60)} minutes.",
            headers={"Retry-After": str(wait_s)},
            until_at=until_at,
        )


class FormNotOurs(Refusal):
    """The form was not made for this browser, or before its last login.

    Open the page again and send its form.
    """

    code, status = "form-not-ours", 403


class ExportsBusy(Refusal):
    """Files are being written already, and each keeps the server busy.

    Try again in a minute.
    """

    code, status, retryable = "exports-busy", 503, True
