"""Vectors of training runs, with every answer that the models give on the way."""

import random
from collections.abc import Sequence
from typing import Any

from relayer.chain.wire import Record
from relayer.models import samples
from relayer.models.classifier import Classifier, agrees, features_in, train
from relayer.models.features import encode_words
from relayer.models.fixed_log import fixed_log2
from relayer.models.naive_bayes import NaiveBayes, NaiveBayesParameters
from relayer.models.sparse_perceptron import SparsePerceptron, SparsePerceptronParameters

PLAYER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"

#: Label and sample of each record.
Batch = list[tuple[int, bytes]]


def fixed_log_vectors() -> dict[str, Any]:
    """The logarithm at small numbers, around powers of two and at the largest ones in use."""
    numbers = [*range(1, 40), 1021, 65_535, 65_536, 65_537, 2**32, 2**48, 2**48 + 2**32]
    numbers += [2**exponent + offset for exponent in (17, 31, 33, 47) for offset in (-1, 1, 12_345)]
    ordered = sorted(set(numbers))
    return {"x": [str(x) for x in ordered], "log2": [str(fixed_log2(x)) for x in ordered]}


def naive_bayes_vectors() -> dict[str, Any]:
    """Runs with real words, with two groups of labels, with full counts, with misfits."""
    return {
        "runs": [
            _naive_bayes_run("words", NaiveBayesParameters(3, 4, 128), _word_batches()),
            _naive_bayes_run("two groups", NaiveBayesParameters(40, 16, 1024), _random_batches(40)),
            _naive_bayes_run("full counts", NaiveBayesParameters(2, 1, 1), _full_batches()),
            _naive_bayes_run("misfits", NaiveBayesParameters(2, 65_536, 2**32), _misfit_batches()),
            _naive_bayes_run("room", NaiveBayesParameters(70, 4, 128), _sparse_label_batches(), 40),
        ]
    }


def sparse_perceptron_vectors() -> dict[str, Any]:
    """Runs from zero and from given weights, with weights at their limits, with misfits."""
    ladder = [(index * 2_731) % 60_000 - 30_000 for index in range(50)]
    return {
        "runs": [
            _perceptron_run("zero", SparsePerceptronParameters(1008, 0, 100), None, 1008),
            _perceptron_run("given", SparsePerceptronParameters(50, -5, 7), ladder, 50),
            _perceptron_run("limits", SparsePerceptronParameters(20, 3, 20_000), None, 20),
            _perceptron_run("misfits", SparsePerceptronParameters(1, 1, 32_767), None, 3),
            _perceptron_run("room", SparsePerceptronParameters(4096, 0, 9), [0] * 20, 21),
        ]
    }


def _naive_bayes_run(
    name: str,
    parameters: NaiveBayesParameters,
    batches: list[Batch],
    label_count: int | None = None,
) -> dict[str, Any]:
    model = NaiveBayes(parameters, label_count)
    history = _history(model, batches)
    queries = _queries(batches, model)
    return {
        "name": name,
        "label_count": model.label_count,
        "label_bound": parameters.label_bound,
        "inverse_alpha": parameters.inverse_alpha,
        "vocabulary": str(parameters.vocabulary),
        "batches": history,
        "docs": model.docs,
        "tokens": model.tokens,
        "counts": {
            str(feature): [list(lane) for lane in sorted(lanes.items())]
            for feature, lanes in sorted(model.counts.items())
        },
        "queries": [
            {
                "sample": "0x" + sample.hex(),
                # Text, since a label without samples has a score beyond 64 bits.
                "scores": [str(score) for score in model.scores(features_in(sample))],
                "label": model.predict(features_in(sample)),
            }
            for sample in queries
        ],
    }


def _perceptron_run(
    name: str,
    parameters: SparsePerceptronParameters,
    weights: Sequence[int] | None,
    feature_range: int,
) -> dict[str, Any]:
    model = SparsePerceptron(parameters, weights)
    initial = list(model.weights)
    batches = _random_batches(2, features=feature_range, longest=min(feature_range, 12))
    if name == "misfits":
        batches += _misfit_batches()
    return {
        "name": name,
        "feature_count": model.feature_count,
        "feature_bound": parameters.feature_bound,
        "intercept": parameters.intercept,
        "learning_rate": parameters.learning_rate,
        "initial_weights": initial,
        "initial_words": _weight_words(initial),
        "batches": _history(model, batches),
        "weights": model.weights,
        "weight_words": _weight_words(model.weights),
        "queries": [
            {"sample": "0x" + sample.hex(), "label": model.predict(features_in(sample))}
            for sample in _queries(batches, model)
        ],
    }


def _history(model: Classifier, batches: list[Batch]) -> list[dict[str, str]]:
    """Each batch with what was learnt, and with what the model agrees right after it."""
    history = []
    for batch in batches:
        records = b"".join(Record(PLAYER, label, sample).pack() for label, sample in batch)
        accepted = train(model, records)
        agreeing = agrees(model, records, accepted)
        packed = "0x" + records.hex()
        history.append(
            {"records": packed, "accepted_map": hex(accepted), "agreeing_map": hex(agreeing)}
        )
    return history


def _queries(batches: list[Batch], model: Classifier) -> list[bytes]:
    """Samples to ask for: some learnt ones, in the order in which they came."""
    learnt = [sample for batch in batches for _, sample in batch if model.fits(0, sample)]
    return list(dict.fromkeys(learnt))[:12]


def _weight_words(weights: Sequence[int]) -> list[str]:
    lanes = [weight & 0xFFFF for weight in weights]
    words = [lanes[start : start + 16] for start in range(0, len(lanes), 16)]
    return [
        f"0x{sum(lane << 16 * place for place, lane in enumerate(word)):064x}" for word in words
    ]


def _word_batches() -> list[Batch]:
    cat, dog, tree = 0, 1, 2
    first = [
        (cat, encode_words(["fur", "purr", "milk"])),
        (dog, encode_words(["fur", "bark", "bone"])),
        (tree, encode_words(["leaf", "bark", "wood"])),
    ]
    second = [
        (cat, encode_words(["Mouse", "whiskers", "milk", "fur"])),
        (dog, encode_words(["lead", "bark", "walk"])),
        (tree, encode_words(["\u68ee", "green"])),
        (cat, encode_words(["purr"])),
    ]
    return [first, second]


def _random_batches(
    labels: int, features: int = 65_536, longest: int = 5, sizes: Sequence[int] = (1, 20, 40)
) -> list[Batch]:
    source = random.Random(f"{labels} {features} {longest}")
    few = [source.randrange(features) for _ in range(60)]

    def sample() -> bytes:
        return samples.encode(source.choices(few, k=source.randint(1, longest)))

    return [[(source.randrange(labels), sample()) for _ in range(size)] for size in sizes]


def _sparse_label_batches() -> list[Batch]:
    """Few of forty labels are ever taught, one of them in the second group."""
    labels = (3, 17, 39)
    return [[(labels[label % 3], sample) for label, sample in _random_batches(3)[1]]]


def _full_batches() -> list[Batch]:
    word, other = samples.encode([7]), samples.encode([7, 9])
    return [[(0, word)] * 200, [(0, other)] * 60, [(1, other)] * 3]


def _misfit_batches() -> list[Batch]:
    """Every way not to fit, each between two that do."""
    unfit = [
        (2, b"\x00\x00"),
        (65_535, b"\x00\x00"),
        (0, b""),
        (0, b"\x00"),
        (0, b"\x00\x00\x01"),
        (0, b"\x00\x01\x00\x01"),
        (0, b"\x00\x02\x00\x01"),
        (0, b"".join(n.to_bytes(2, "big") for n in range(65))),
        (1, b"\x00\x00\x00\x01\x00\x01"),
    ]
    fitting = [(index % 2, b"\x00\x00") for index in range(len(unfit) + 1)]
    batch = [fitting[0]]
    for misfit, neighbour in zip(unfit, fitting[1:], strict=True):
        batch += [misfit, neighbour]
    return [batch]
