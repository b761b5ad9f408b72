"""How well the model on the chain guesses from clues that nobody played with."""

from random import Random

from relayer.chain.node import Node
from relayer.deployment import TrainerEntry
from relayer.models.chain_reading import read_model
from relayer.models.features import encode_words
from relayer.models.naive_bayes import NaiveBayes
from relayer.models.samples import decode
from sample_game.demo.report import ModelScore
from sample_game.simulated_players.clue_book import SplitClueBook

#: Rounds of held-out clues for each secret word.
ROUNDS_PER_WORD = 20


def score_model(
    node: Node, trainer: TrainerEntry, block: int, clues: SplitClueBook, random: Random
) -> ModelScore:
    """Read the model out of its contract at `block` and let it guess held-out clues.

    Raises:
        SnapshotError: the contract holds another kind of model than the deployment file says.
    """
    model = read_model(node, trainer, block)
    if not isinstance(model, NaiveBayes):
        raise TypeError("Hunch plays with a naive Bayes model; the demo deployed another one.")
    places = []
    for secret, words in clues.held_out_rounds(ROUNDS_PER_WORD, random):
        ranking = model.ranking(decode(encode_words(words)))
        places.append(ranking.index(trainer.labels.index(secret)))
    return ModelScore(
        contributions=sum(model.docs),
        top1=sum(place == 0 for place in places) / len(places),
        top5=sum(place < 5 for place in places) / len(places),
    )
