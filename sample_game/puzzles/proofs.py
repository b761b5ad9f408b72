"""Proof that a request comes from the player that it names: nobody plays in another one's name.

The player's key signs one sentence for each puzzle, and one for all rounds of a day, as personal
messages are signed (EIP-191, version 0x45), so that any wallet can show what it is asked to sign.
"""

from typing import Final

from relayer.chain.eip712 import compact_signature, recover_signer
from relayer.chain.errors import SignatureMalformedError
from relayer.chain.keccak import keccak
from sample_game.errors import NotYourKey, ProofOutOfDate

_DAY_S: Final = 86_400
#: Devices whose clock is off, and rounds about midnight: so many days before or after today's.
_DAYS_OFF: Final = 1


def sentence(player: str, what: str) -> str:
    """Return what a player signs to play.

    Args:
        player: an address in lower case.
        what: the id of a puzzle, or `rounds_of` a day.
    """
    return f"Hunch: {player} plays {what}."


def rounds_of(day: int) -> str:
    """Return what stands for all rounds, and starts of duels, of a day (days since 1970, UTC)."""
    return f"rounds-{day}"


def personal_digest(text: str) -> bytes:
    """Return the hash that is signed for a personal message (EIP-191, version 0x45)."""
    message = text.encode()
    return keccak(b"\x19Ethereum Signed Message:\n%d" % len(message) + message)


def require_proof_of_day(player: str, day: int, signature: str, now: float) -> None:
    """Check a player's signature for the rounds of a day.

    Args:
        player: an address in lower case.
        day: the day that the player signed for.
        signature: see `require_proof`.
        now: unix seconds.

    Raises:
        ProofOutOfDate: that is another day than today; the page signs again.
        NotYourKey: see `require_proof`.
    """
    today = int(now) // _DAY_S
    if abs(day - today) > _DAYS_OFF:
        raise ProofOutOfDate(today)
    require_proof(player, rounds_of(day), signature)


def require_proof(player: str, what: str, signature: str) -> None:
    """Check a player's signature.

    Args:
        player: an address in lower case.
        what: what the player wants to play, see `sentence`.
        signature: 65 bytes in hexadecimal, with or without `0x`.

    Raises:
        NotYourKey: somebody else signed, something else was signed, or it is no signature.
    """
    digest = personal_digest(sentence(player, what))
    try:
        signed = compact_signature(bytes.fromhex(signature.removeprefix("0x")))
        signer = recover_signer(digest, signed)
    except (ValueError, SignatureMalformedError) as error:
        raise NotYourKey("The proof of your key cannot be read. Reload the page.") from error
    if signer.lower() != player:
        raise NotYourKey("Another key has signed for this. Reload the page.")
