"""Actions about who may send how much: bans and quotas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from relayer.limits.gate import moment
from relayer.ops.actions.fields import (
    Field,
    FieldError,
    duration_s,
    player_or_network,
    whole_number,
)
from relayer.ops.actions.framework import Action, Undertaking
from relayer.refusals.operators import ActionRefused
from relayer.store.ops_users import Role

_SUBJECT: Final = Field("subject", "Who", player_or_network, "a player's address or an IP address")
_KEY: Final = re.compile(r"[0-9a-f]{12}")
#: What answers begin with when there was nothing to lift.
NOT_BANNED: Final = "{} was not banned"


def _for(hint: str) -> Field:
    return Field("for", "For how long", duration_s, hint, required=False)


def _quota_subject(value: str) -> str:
    """Take a player, a network or the id of a game's key, as quotas are kept by."""
    if _KEY.fullmatch(value):
        return f"key:{value}"
    name = player_or_network(value)
    return f"{'player' if name.startswith('0x') else 'network'}:{name}"


_WHOSE: Final = Field(
    "subject", "Whose", _quota_subject, "a player's address, an IP address or the id of a key"
)


def _expires_at(undertaking: Undertaking) -> float | None:
    given_s: int | None = undertaking.arguments["for"]
    return None if given_s is None else undertaking.now + given_s


def _until(undertaking: Undertaking) -> str:
    expires_at = _expires_at(undertaking)
    return "until somebody lifts it" if expires_at is None else f"until {moment(expires_at)}"


def _describe_ban(undertaking: Undertaking) -> Sequence[str]:
    store, subject = undertaking.store, undertaking.arguments["subject"]
    sentences = [
        f"Contributions and validations of {subject} are refused {_until(undertaking)}, with the "
        "reason. What was accepted goes its way, and the player's money can be withdrawn.",
    ]
    standing = store.bans.of([subject], undertaking.now).get(subject)
    if standing is not None:
        sentences.append(f"It is banned already, for this reason: {standing.reason}.")
    return sentences


def _ban(undertaking: Undertaking) -> str:
    subject = undertaking.arguments["subject"]
    undertaking.store.bans.ban(
        subject, undertaking.reason, undertaking.now, _expires_at(undertaking)
    )
    return f"{subject} is banned {_until(undertaking)}"


def _describe_lifting(undertaking: Undertaking) -> Sequence[str]:
    subject = undertaking.arguments["subject"]
    standing = undertaking.store.bans.of([subject], undertaking.now).get(subject)
    if standing is None:
        return [f"{subject} is not banned; nothing would change."]
    return [f"{subject} may send again. It was banned for this reason: {standing.reason}."]


def _lift(undertaking: Undertaking) -> str:
    subject = undertaking.arguments["subject"]
    lifted = undertaking.store.bans.lift(subject)
    return f"{subject} is let in again" if lifted else NOT_BANNED.format(subject)


def _default_quota(undertaking: Undertaking) -> int:
    kind, _, name = str(undertaking.arguments["subject"]).partition(":")
    settings = undertaking.settings
    if kind == "key":
        key = undertaking.store.game_keys.get(name)
        if key is None:
            raise ActionRefused(f"There is no key {name}; `relayer keys list` shows all.")
        return settings.key_quota if key.quota is None else key.quota
    return settings.player_quota if kind == "player" else settings.network_quota


def _describe_quota(undertaking: Undertaking) -> Sequence[str]:
    default, quota = _default_quota(undertaking), undertaking.arguments["quota"]
    subject, window_s = undertaking.arguments["subject"], undertaking.settings.quota_window_s
    standing = undertaking.store.quota_overrides.get(subject, undertaking.now)
    now = default if standing is None else standing.quota
    return [
        f"{subject} may send {quota} submissions in {window_s:g} s {_until(undertaking)}, instead "
        f"of {now} now and {default} by the settings."
    ]


def _set_quota(undertaking: Undertaking) -> str:
    _default_quota(undertaking)
    subject, quota = undertaking.arguments["subject"], undertaking.arguments["quota"]
    undertaking.store.quota_overrides.set(
        subject, quota, undertaking.reason, undertaking.now, _expires_at(undertaking)
    )
    return f"the quota of {subject} is {quota} {_until(undertaking)}"


def _describe_quota_lifting(undertaking: Undertaking) -> Sequence[str]:
    subject = undertaking.arguments["subject"]
    standing = undertaking.store.quota_overrides.get(subject, undertaking.now)
    if standing is None:
        return [f"{subject} goes by the settings; nothing would change."]
    return [f"{subject} may send {_default_quota(undertaking)} again instead of {standing.quota}."]


def _lift_quota(undertaking: Undertaking) -> str:
    subject = undertaking.arguments["subject"]
    lifted = undertaking.store.quota_overrides.lift(subject)
    return f"{subject} goes by the settings {'again' if lifted else 'already'}"


def _some_quota(value: str) -> int:
    quota = whole_number(value)
    if quota > 10**9:
        raise FieldError("must be at most 1000000000")
    return quota


ACTIONS: Final = (
    Action(
        name="ban",
        title="Keep somebody out",
        role=Role.OPERATOR,
        fields=(_SUBJECT, _for("as 12h or 7d; empty: until it is lifted")),
        dry_run=_describe_ban,
        perform=_ban,
        sample={"subject": "192.0.2.1", "for": "12h"},
    ),
    Action(
        name="lift-ban",
        title="Let somebody in again",
        role=Role.OPERATOR,
        fields=(_SUBJECT,),
        dry_run=_describe_lifting,
        perform=_lift,
        sample={"subject": "192.0.2.1"},
    ),
    Action(
        name="set-quota",
        title="Set somebody's quota",
        role=Role.OPERATOR,
        fields=(
            _WHOSE,
            Field("quota", "Submissions in a window", _some_quota, "0: none at all"),
            _for("as 12h or 7d; empty: until it is lifted"),
        ),
        dry_run=_describe_quota,
        perform=_set_quota,
        sample={"subject": "192.0.2.1", "quota": "5", "for": "1h"},
    ),
    Action(
        name="lift-quota",
        title="Let the settings rule somebody's quota",
        role=Role.OPERATOR,
        fields=(_WHOSE,),
        dry_run=_describe_quota_lifting,
        perform=_lift_quota,
        sample={"subject": "192.0.2.1"},
    ),
)
