"""Samples as callers of the client give them."""

from __future__ import annotations

from collections.abc import Iterable

from relayer.client.errors import RelayerClientError
from relayer.models.features import encode_words
from relayer.models.samples import encode


def packed_sample(
    words: Iterable[str] | None, features: Iterable[int] | None, sample: bytes | None
) -> bytes:
    """Return the sample in whichever of the three ways it is given.

    Raises:
        RelayerClientError: it is given in none of them, or in several.
    """
    if sum(given is not None for given in (words, features, sample)) != 1:
        raise RelayerClientError("Give the sample either as words, as features or encoded.")
    if sample is not None:
        return sample
    return encode_words(words) if words is not None else encode(features or ())
