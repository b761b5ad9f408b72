"""Actions about alerts: know of one, have it quiet for a while, try the ways to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from relayer.limits.gate import moment
from relayer.ops.actions.fields import Field, duration_s
from relayer.ops.actions.framework import Action, Undertaking
from relayer.ops.alerts.messages import Addresses, compose
from relayer.ops.verdicts import Remedy, VerdictName
from relayer.refusals.operators import ActionRefused
from relayer.store.alerts import AlertEvent, AlertHappening, AlertStanding
from relayer.store.ops_users import Role

#: The longest that an alert may be silent: whoever silences it for good would forget it.
LONGEST_SILENCE_S: Final = 30 * 86_400
#: Under which name news are tried.
TEST: Final = "test"
_ALERT: Final = Field("alert", "Alert", str, "a name, as stuck-nonce", choices=tuple(VerdictName))


def _find(undertaking: Undertaking) -> AlertStanding:
    name = undertaking.arguments["alert"]
    standing = undertaking.store.alerts.get(name)
    if standing is None:
        raise ActionRefused(f"Nobody has looked at {name} yet; start `relayer work`.")
    return standing


def _raised(undertaking: Undertaking) -> AlertStanding:
    standing = _find(undertaking)
    if not standing.is_raised:
        raise ActionRefused(f"{standing.name} is not raised: {standing.sentence}")
    return standing


def _change(
    undertaking: Undertaking, before: AlertStanding, after: AlertStanding, event: AlertEvent
) -> None:
    room = undertaking.store.alerts
    room.write(after)
    room.note(
        AlertHappening(
            undertaking.now, before.name, event, before.level, undertaking.reason, undertaking.who
        )
    )


def _describe_acknowledging(undertaking: Undertaking) -> Sequence[str]:
    standing = _raised(undertaking)
    sentences = [
        f"{standing.name} is {standing.raised_level}: {standing.sentence}",
        "It is not told again until it gets worse, or is well and then bad again.",
    ]
    if standing.acknowledged_by is not None:
        sentences.append(f"{standing.acknowledged_by} has acknowledged it already.")
    return sentences


def _acknowledge(undertaking: Undertaking) -> str:
    standing = _raised(undertaking)
    after = replace(standing, acknowledged_by=undertaking.who)
    _change(undertaking, standing, after, AlertEvent.ACKNOWLEDGED)
    return f"{standing.name} is acknowledged"


def _silent_until(undertaking: Undertaking) -> float:
    for_s: int = undertaking.arguments["for"]
    if for_s > LONGEST_SILENCE_S:
        raise ActionRefused("An alert is silent for 30d at most.")
    return undertaking.now + for_s


def _describe_silencing(undertaking: Undertaking) -> Sequence[str]:
    standing, until = _find(undertaking), _silent_until(undertaking)
    return [
        f"Nobody is told about {standing.name} until {moment(until)}; the page shows it all the "
        "same. If it stands then, it is told.",
        f"At the moment it is {standing.level}: {standing.sentence}",
    ]


def _silence(undertaking: Undertaking) -> str:
    standing, until = _find(undertaking), _silent_until(undertaking)
    # Whoever was told before the silence is told again after it.
    after = replace(standing, silenced_until=until, silenced_by=undertaking.who, told_at=None)
    _change(undertaking, standing, after, AlertEvent.SILENCED)
    return f"{standing.name} is silent until {moment(until)}"


def _describe_unsilencing(undertaking: Undertaking) -> Sequence[str]:
    standing = _find(undertaking)
    if not standing.is_silent(undertaking.now):
        return [f"{standing.name} is not silent; nothing would change."]
    return [f"{standing.name} is told again, at once if it stands: {standing.sentence}"]


def _unsilence(undertaking: Undertaking) -> str:
    standing = _find(undertaking)
    after = replace(standing, silenced_until=None, silenced_by=None)
    _change(undertaking, standing, after, AlertEvent.UNSILENCED)
    return f"{standing.name} is told again"


def _addresses(undertaking: Undertaking) -> Addresses:
    addresses = Addresses.of(undertaking.settings)
    if not (addresses.urls or addresses.emails):
        raise ActionRefused("Nobody is told of alerts; set alert_webhook_urls or alert_email_to.")
    return addresses


def _describe_test(undertaking: Undertaking) -> Sequence[str]:
    addresses = _addresses(undertaking)
    targets = [*addresses.urls, *addresses.emails]
    return [f"A test that means nothing is sent to {', '.join(targets)}."]


def _test(undertaking: Undertaking) -> str:
    addresses = _addresses(undertaking)
    sentence = f"{undertaking.who} tries whether news arrive: {undertaking.reason}"
    happening = AlertHappening(
        undertaking.now, TEST, AlertEvent.TESTED, "green", sentence, undertaking.who
    )
    undertaking.store.alerts.note(happening)
    drafts = compose(happening, addresses, Remedy(), None)
    for draft in drafts:
        undertaking.store.alert_messages.write(draft, undertaking.now)
    return (
        "1 test message is on its way"
        if len(drafts) == 1
        else (f"{len(drafts)} test messages are on their way")
    )


def _describe_replay(undertaking: Undertaking) -> Sequence[str]:
    _, dead = undertaking.store.alert_messages.counts()
    if not dead:
        raise ActionRefused("No message about an alert was given up.")
    return [f"{dead} messages that were given up are sent again."]


def _replay(undertaking: Undertaking) -> str:
    count = undertaking.store.alert_messages.replay_dead(undertaking.now)
    return f"{count} messages about alerts are sent again"


ACTIONS: Final = (
    Action(
        name="acknowledge-alert",
        title="Acknowledge an alert",
        role=Role.OPERATOR,
        fields=(_ALERT,),
        dry_run=_describe_acknowledging,
        perform=_acknowledge,
        sample={"alert": VerdictName.STUCK},
    ),
    Action(
        name="silence-alert",
        title="Silence an alert for a while",
        role=Role.OPERATOR,
        fields=(_ALERT, Field("for", "For how long", duration_s, "as 30m, 12h or 7d")),
        dry_run=_describe_silencing,
        perform=_silence,
        sample={"alert": VerdictName.STUCK, "for": "1h"},
    ),
    Action(
        name="unsilence-alert",
        title="End the silence of an alert",
        role=Role.OPERATOR,
        fields=(_ALERT,),
        dry_run=_describe_unsilencing,
        perform=_unsilence,
        sample={"alert": VerdictName.STUCK},
    ),
    Action(
        name="test-alerts",
        title="Try whether alerts arrive",
        role=Role.OPERATOR,
        fields=(),
        dry_run=_describe_test,
        perform=_test,
    ),
    Action(
        name="replay-alerts",
        title="Send again what could not be told",
        role=Role.OPERATOR,
        fields=(),
        dry_run=_describe_replay,
        perform=_replay,
    ),
)
