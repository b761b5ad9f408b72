"""What is wrong with something that a player signed, whatever it is."""

from __future__ import annotations

from relayer.errors import Refusal


class BadSignature(Refusal):
    """The signature is not the player's signature of this message.

    Sign exactly the message that is sent, with the player's key, by the domain and types of
    GET /v1/config.
    """

    code, status = "bad-signature", 422


class WrongChain(Refusal):
    """The message was signed for another chain or another Forwarder.

    Sign with the domain of GET /v1/config.
    """

    code, status = "wrong-chain", 422


class NonceUsed(Refusal):
    """The nonce has already taken effect, by another request or by this one on another way.

    If the request is not on the chain, sign again with the next_nonce of GET /v1/players/{address}.
    """

    code, status = "nonce-used", 409


class NonceConflict(Refusal):
    """Another request of this player with the same nonce is under way.

    Wait for that request, or sign again with the next_nonce of GET /v1/players/{address}.
    """

    code, status = "nonce-conflict", 409


class DeadlinePassed(Refusal):
    """The deadline has passed or is too close to be met.

    Sign again with a later deadline, and check the clock of the machine that signs.
    """

    code, status = "deadline-passed", 422


class DeadlineTooFar(Refusal):
    """The deadline is further away than this relayer accepts.

    Sign again with an earlier deadline; GET /v1/config tells the limits.
    """

    code, status = "deadline-too-far", 422


class MaxFeeTooLow(Refusal):
    """The signed maximum fee does not cover the expected fee.

    Sign again with the suggested_max_fee_gwei of GET /v1/config. It is paid out of rewards
    only, never by the player.
    """

    code, status = "max-fee-too-low", 422


class UnknownTrainer(Refusal):
    """This relayer does not serve that trainer.

    Choose one of the trainers in GET /v1/config.
    """

    code, status = "unknown-trainer", 422


class BalanceTooLow(Refusal):
    """The player's balance does not cover the withdrawal.

    Withdraw less, or wait for more rewards. The fee is taken out of the amount, so the amount must
    exceed it.
    """

    code, status = "balance-too-low", 422


class NotCancellable(Refusal):
    """The contribution has already left the queue.

    Do nothing: it costs its player nothing.
    """

    code, status = "not-cancellable", 409
