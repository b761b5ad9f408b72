"""Proof that a request comes from the player that it names: one try must not be used up by others.

The player's key signs one sentence for each puzzle, as personal messages are signed (EIP-191,
version 0x45), so that any wallet can show what it is asked to sign.
"""

from relayer.chain.eip712 import compact_signature, recover_signer
from relayer.chain.errors import SignatureMalformedError
from relayer.chain.keccak import keccak
from sample_game.errors import NotYourKey


def sentence(player: str, puzzle_id: str) -> str:
    """Return what a player signs to play a puzzle; `player` is an address in lower case."""
    return f"Hunch: {player} plays {puzzle_id}."


def personal_digest(text: str) -> bytes:
    """Return the hash that is signed for a personal message (EIP-191, version 0x45)."""
    message = text.encode()
    return keccak(b"\x19Ethereum Signed Message:\n%d" % len(message) + message)


def require_proof(player: str, puzzle_id: str, signature: str) -> None:
    """Check a player's signature.

    Args:
        player: an address in lower case.
        puzzle_id: what the player wants to play.
        signature: 65 bytes in hexadecimal, with or without `0x`.

    Raises:
        NotYourKey: somebody else signed, something else was signed, or it is no signature.
    """
    digest = personal_digest(sentence(player, puzzle_id))
    try:
        signed = compact_signature(bytes.fromhex(signature.removeprefix("0x")))
        signer = recover_signer(digest, signed)
    except (ValueError, SignatureMalformedError) as error:
        raise NotYourKey("The proof of your key cannot be read. Reload the page.") from error
    if signer.lower() != player:
        raise NotYourKey("This puzzle is played with another key. Reload the page.")
