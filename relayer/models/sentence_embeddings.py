"""Worked example: what a sentence is about, learnt from sentence embeddings.

`sentence_encoder` embeds on this machine, by a model that its package carries: nothing is
downloaded. `python -m relayer.models.sentence_embeddings` trains the twin of `NearestCentroid.sol`
on half of a few sentences and predicts the other half; with `--relayer URL --rpc-url URL` the
sentences are signed, submitted, and the contract on chain is asked. It needs the optional
dependencies: `pip install "on-the-house[embeddings]"`. See docs/how-to/train-on-embeddings.md.
"""

import argparse
import importlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from relayer.chain.contracts import Caller, bind
from relayer.chain.node import Node
from relayer.client import RelayerClient
from relayer.client.signing import Signer
from relayer.errors import RelayerError
from relayer.ethereum_account import Account
from relayer.models.encoders import QuantisedVector
from relayer.models.errors import EncodingError
from relayer.models.nearest_centroid import NearestCentroid, NearestCentroidParameters

#: Dimensions of the embedding.
DIMENSION: Final = 256
#: The package that carries the model's weights.
PACKAGE: Final = "wordllama"
#: How long the example waits for a block.
PATIENCE_S: Final = 120.0

Lessons = Mapping[str, tuple[Sequence[str], Sequence[str]]]
#: Text, what it is about, and what it is taken for.
Outcome = tuple[str, str, str]

#: By label: sentences to learn from, then sentences to predict.
SENTENCES: Final[Lessons] = {
    "weather": (
        ("It will rain in the afternoon.", "Strong wind is coming from the sea."),
        ("Tomorrow is going to be sunny and warm.", "Snow fell on the hills last night."),
    ),
    "food": (
        ("The soup needs a little more salt.", "We baked bread with walnuts."),
        ("She ordered noodles and a cup of tea.", "These apples are best in a cake."),
    ),
    "music": (
        ("The violin was out of tune.", "He sings in a choir every Monday."),
        ("The drummer lost the beat.", "They played the song twice as an encore."),
    ),
}


def sentence_encoder() -> QuantisedVector:
    """The encoder of sentences by WordLlama, from its package, without a network.

    Raises:
        EncodingError: the optional dependencies are not installed.
    """
    try:
        package: Any = importlib.import_module(PACKAGE)
    except ImportError as error:
        raise EncodingError(
            "Sentence embeddings need optional dependencies. "
            'Run `pip install "on-the-house[embeddings]"`.'
        ) from error
    folder = Path(package.__file__).parent
    model = package.WordLlama.load(dim=DIMENSION, cache_dir=folder, disable_download=True)
    return QuantisedVector(
        "wordllama-l2-supercat-256-int16", DIMENSION, lambda text: model.embed([text])[0].tolist()
    )


def train_and_predict(encoder: QuantisedVector, sentences: Lessons) -> list[Outcome]:
    """Learn the first sentences of each label; return text, label and prediction of the others."""
    labels = list(sentences)
    parameters = NearestCentroidParameters(encoder.dimension, len(labels), encoder.max_squared_norm)
    model = NearestCentroid(parameters, len(labels))
    for label, name in enumerate(labels):
        for text in sentences[name][0]:
            model.learn(label, model.decode(encoder.encode(text)))
    return [
        (text, name, labels[model.predict(model.decode(encoder.encode(text)))])
        for name in labels
        for text in sentences[name][1]
    ]


def contribute(
    client: RelayerClient, player: Signer, encoder: QuantisedVector, sentences: Lessons
) -> None:
    """Sign and submit the first sentences of each label; return when the chain has learnt them.

    Raises:
        RelayerError: the relayer refuses, or the chain took too long.
    """
    signed = [
        client.sign_contribution(player, label=label, sample=encoder.encode(text))
        for label, (texts, _) in sentences.items()
        for text in texts
    ]
    for each in signed:
        client.submit(each)
    for each in signed:
        client.wait(each.id, until="mined", timeout_s=PATIENCE_S)


def ask_contract(
    caller: Caller, client: RelayerClient, encoder: QuantisedVector, sentences: Lessons
) -> list[Outcome]:
    """Predict the other sentences by free calls of the contract."""
    (trainer,) = client.config(refresh=True)["trainers"]
    contract = bind("NearestCentroid", trainer["classifier"]["address"])
    labels: list[str] = trainer["labels"]
    return [
        (text, name, labels[contract.read(caller, "predict", encoder.encode(text))])
        for name, (_, texts) in sentences.items()
        for text in texts
    ]


def main(arguments: Sequence[str] = ()) -> int:
    """Print every prediction; the exit code is 1 when something is in the way."""
    parser = argparse.ArgumentParser(description="What a sentence is about, learnt by a contract.")
    parser.add_argument("--relayer", help="URL of a relayer whose only model is the example's")
    parser.add_argument("--rpc-url", default="http://127.0.0.1:8545", help="URL of a node")
    chosen = parser.parse_args(arguments)
    try:
        encoder = sentence_encoder()
        if chosen.relayer is None:
            outcomes = train_and_predict(encoder, SENTENCES)
        else:
            client = RelayerClient(chosen.relayer)
            contribute(client, Account.create(), encoder, SENTENCES)
            outcomes = ask_contract(Node(chosen.rpc_url), client, encoder, SENTENCES)
    except RelayerError as error:
        print(error, file=sys.stderr)
        return 1
    for text, label, predicted in outcomes:
        print(f"{predicted:8} {'' if predicted == label else f'({label}) '}{text}")
    right = sum(label == predicted for _, label, predicted in outcomes)
    print(f"{right} of {len(outcomes)} right")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
