"""The vectors are fresh, and the relayer's own typed data agrees with that of eth_account."""

import json
from typing import Any

import pytest

from relayer.chain.eip712 import (
    Contribution,
    Domain,
    Validation,
    Withdrawal,
    recover_signer,
    sign_digest,
)
from relayer.models.errors import WordError
from relayer.models.features import feature_of
from tests.vectors.generate import DIRECTORY, as_text, vectors


def read(name: str) -> Any:
    return json.loads((DIRECTORY / name).read_text())


MESSAGES = read("eip712.json")["messages"]


@pytest.mark.parametrize("name", list(vectors()))
def test_vector_file_is_what_the_generator_writes(name: str) -> None:
    assert (DIRECTORY / name).read_text() == as_text(vectors()[name])


def message_of(vector: dict[str, Any]) -> Contribution | Validation | Withdrawal:
    fields = vector["message"]
    limits = (int(fields["nonce"]), int(fields["deadline"]), int(fields["maxFeeGwei"]))
    if vector["kind"] == "Contribution":
        sample = bytes.fromhex(fields["sample"][2:])
        return Contribution(
            fields["trainer"], fields["player"], *limits, int(fields["label"]), sample
        )
    if vector["kind"] == "Validation":
        number = int(fields["contribution"])
        return Validation(fields["trainer"], fields["validator"], number, *limits)
    return Withdrawal(fields["player"], fields["to"], int(fields["amountWei"]), *limits)


@pytest.mark.parametrize("vector", MESSAGES, ids=lambda vector: vector["digest"][:10])
def test_relayer_hashes_signs_and_recovers_like_a_wallet(vector: dict[str, Any]) -> None:
    domain = Domain(int(vector["chain_id"]), vector["forwarder"])
    digest = message_of(vector).digest(domain)
    signature = bytes.fromhex(vector["r"][2:] + vector["vs"][2:])

    assert "0x" + domain.separator.hex() == vector["domain_separator"]
    assert "0x" + digest.hex() == vector["digest"]
    assert sign_digest(bytes.fromhex(vector["private_key"][2:]), digest) == signature
    signer = "validator" if vector["kind"] == "Validation" else "player"
    assert recover_signer(digest, signature) == vector["message"][signer]


@pytest.mark.parametrize("code_units", read("features.json")["not_words_utf16"])
def test_text_without_a_feature_is_refused(code_units: str) -> None:
    text = bytes.fromhex(code_units[2:]).decode("utf-16-be", "surrogatepass")
    with pytest.raises(WordError):
        feature_of(text)
