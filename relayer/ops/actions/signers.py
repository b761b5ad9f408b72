"""Actions about the accounts that send.

The sponsor's own leave is taken with the sponsor's key, which the house never has: by
`relayer signers forbid`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relayer.ops.actions.fields import Field, account
from relayer.ops.actions.framework import Action, Undertaking
from relayer.refusals.operators import ActionRefused
from relayer.store.ops_users import Role

_SIGNER: Final = Field("signer", "Signer", account, "address of the account")


def _known(undertaking: Undertaking) -> str:
    signer: str = undertaking.arguments["signer"]
    if signer not in undertaking.store.signers.addresses():
        raise ActionRefused(f"{signer} has never been one of the signers.")
    return signer


def _describe_resting(undertaking: Undertaking) -> Sequence[str]:
    signer, store = _known(undertaking), undertaking.store
    rests = store.resting_signers.all()
    others = [
        each.address
        for each in store.chain_state.view().signers
        if each.address not in rests and each.address != signer and each.paused is None
    ]
    sentences = [
        f"{signer} begins no transaction any more. {store.lanes.pending_count(signer)} that wait "
        "for a block go on, with fee bumps; withdrawing credits and refills go on as well.",
        f"{len(others)} other signers can send."
        if others
        else "No other signer can send: the queue will stand still.",
    ]
    if signer in rests:
        sentences.append(f"It rests already, for this reason: {rests[signer].reason}.")
    return sentences


def _rest(undertaking: Undertaking) -> str:
    signer = _known(undertaking)
    undertaking.store.resting_signers.rest(signer, undertaking.reason, undertaking.now)
    return f"{signer} rests"


def _describe_waking(undertaking: Undertaking) -> Sequence[str]:
    signer = _known(undertaking)
    rest = undertaking.store.resting_signers.all().get(signer)
    if rest is None:
        return [f"{signer} does not rest; nothing would change."]
    return [f"{signer} may begin transactions again. It rested for this reason: {rest.reason}."]


def _wake(undertaking: Undertaking) -> str:
    signer = _known(undertaking)
    woken = undertaking.store.resting_signers.wake(signer)
    return f"{signer} sends again" if woken else f"{signer} did not rest"


ACTIONS: Final = (
    Action(
        name="rest-signer",
        title="Let a signer rest",
        role=Role.OPERATOR,
        fields=(_SIGNER,),
        dry_run=_describe_resting,
        perform=_rest,
        sample={"signer": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"},
    ),
    Action(
        name="wake-signer",
        title="Let a signer send again",
        role=Role.OPERATOR,
        fields=(_SIGNER,),
        dry_run=_describe_waking,
        perform=_wake,
        sample={"signer": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"},
    ),
)
