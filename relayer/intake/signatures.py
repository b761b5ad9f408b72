"""Who signed what: digests and recovery, before anything is looked up or written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from relayer.chain import eip712
from relayer.chain.eip712 import Domain, compact_signature, recover_from_compact
from relayer.chain.errors import SignatureMalformedError
from relayer.intake.schemas import ContributionRequest, ValidationRequest, WithdrawalRequest
from relayer.refusals import BadSignature, WrongChain


class SignedContribution(NamedTuple):
    """A contribution whose signature is the player's."""

    id: str  #: EIP-712 digest, 0x-hex
    trainer: str  #: as the request spells it
    player: str  #: checksummed
    nonce: int
    deadline_at: int
    max_fee_gwei: int
    label: int
    sample: bytes
    signature: bytes  #: EIP-2098


@dataclass(frozen=True, slots=True)
class SignedWithdrawal:
    """A withdrawal whose signature is the player's."""

    id: str  #: EIP-712 digest, 0x-hex
    player: str  #: checksummed
    to_address: str  #: as the request spells it
    amount_wei: int
    nonce: int
    deadline_at: int
    max_fee_gwei: int
    signature: bytes  #: EIP-2098


@dataclass(frozen=True, slots=True)
class SignedValidation:
    """A validation whose signature is the validator's."""

    id: str  #: EIP-712 digest, 0x-hex
    trainer: str  #: as the request spells it
    validator: str  #: checksummed
    contribution: int  #: its number
    nonce: int
    deadline_at: int
    max_fee_gwei: int
    signature: bytes  #: EIP-2098


def verify_contribution(request: ContributionRequest, domain: Domain) -> SignedContribution:
    """Check who signed a contribution.

    Raises:
        WrongChain: the request names another chain.
        BadSignature: the signature is malformed or somebody else's.
    """
    _check_chain(request.get("chain_id"), domain)
    message = request["message"]
    sample = bytes.fromhex(message["sample"][2:])
    digest = eip712.Contribution(
        trainer=message["trainer"],
        player=message["player"],
        nonce=message["nonce"],
        deadline=message["deadline"],
        max_fee_gwei=message["maxFeeGwei"],
        label=message["label"],
        sample=sample,
    ).digest(domain)
    player, signature = _verify(digest, request["signature"], message["player"], domain)
    return SignedContribution(
        id=f"0x{digest.hex()}",
        trainer=message["trainer"],
        player=player,
        nonce=message["nonce"],
        deadline_at=message["deadline"],
        max_fee_gwei=message["maxFeeGwei"],
        label=message["label"],
        sample=sample,
        signature=signature,
    )


def verify_withdrawal(request: WithdrawalRequest, domain: Domain) -> SignedWithdrawal:
    """Check who signed a withdrawal whose amount fits 256 bits.

    Raises:
        WrongChain: the request names another chain.
        BadSignature: the signature is malformed or somebody else's.
    """
    _check_chain(request.get("chain_id"), domain)
    message = request["message"]
    digest = eip712.Withdrawal(
        player=message["player"],
        to=message["to"],
        amount_wei=int(message["amountWei"]),
        nonce=message["nonce"],
        deadline=message["deadline"],
        max_fee_gwei=message["maxFeeGwei"],
    ).digest(domain)
    player, signature = _verify(digest, request["signature"], message["player"], domain)
    return SignedWithdrawal(
        id=f"0x{digest.hex()}",
        player=player,
        to_address=message["to"],
        amount_wei=int(message["amountWei"]),
        nonce=message["nonce"],
        deadline_at=message["deadline"],
        max_fee_gwei=message["maxFeeGwei"],
        signature=signature,
    )


def verify_validation(request: ValidationRequest, domain: Domain) -> SignedValidation:
    """Check who signed a validation.

    Raises:
        WrongChain: the request names another chain.
        BadSignature: the signature is malformed or somebody else's.
    """
    _check_chain(request.get("chain_id"), domain)
    message = request["message"]
    digest = eip712.Validation(
        trainer=message["trainer"],
        validator=message["validator"],
        contribution=message["contribution"],
        nonce=message["nonce"],
        deadline=message["deadline"],
        max_fee_gwei=message["maxFeeGwei"],
    ).digest(domain)
    validator, signature = _verify(digest, request["signature"], message["validator"], domain)
    return SignedValidation(
        id=f"0x{digest.hex()}",
        trainer=message["trainer"],
        validator=validator,
        contribution=message["contribution"],
        nonce=message["nonce"],
        deadline_at=message["deadline"],
        max_fee_gwei=message["maxFeeGwei"],
        signature=signature,
    )


def _check_chain(chain_id: int | None, domain: Domain) -> None:
    if chain_id is not None and chain_id != domain.chain_id:
        raise WrongChain(
            f"The request names chain {chain_id}, this relayer serves chain {domain.chain_id}. "
            "Sign with the domain that GET /v1/config tells.",
            errors=(("/chain_id", f"must be {domain.chain_id}"),),
        )


def _verify(digest: bytes, signature_hex: str, player: str, domain: Domain) -> tuple[str, bytes]:
    try:
        signature = compact_signature(bytes.fromhex(signature_hex[2:]))
        signer = recover_from_compact(digest, signature)
    except SignatureMalformedError as error:
        raise BadSignature(str(error), errors=(("/signature", "malformed"),)) from None
    if signer.lower() != player.lower():
        raise BadSignature(
            f"The signature does not belong to the player {player}. Sign exactly this message "
            f"with the player's key, for chain {domain.chain_id} and the Forwarder "
            f"{domain.forwarder}.",
            errors=(("/signature", "signed by another key, or for another message or domain"),),
        )
    return signer, signature
