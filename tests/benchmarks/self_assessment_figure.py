"""Figure (b) in numbers: who profits from self-assessment, over many seeds, theirs beside ours.

    python -m tests.benchmarks.self_assessment_figure [--dataset PATH] [--seeds 30]

Runs the simulations of `docs/explanation/simulation.md` on the IMDB reviews, which are no part of
this repository, and prints its tables, the seconds of each run and the peak of the memory; then how
accurate the perceptron is that reads all reviews once, and the mean of its past weights.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, stdev

from relayer.models.sparse_perceptron import SparsePerceptronParameters
from simulation.datasets.imdb import Reviews, load_reviews
from simulation.errors import SimulationError
from simulation.learning.averaged_perceptron import AveragedPerceptron
from simulation.learning.evaluation import Evaluation
from simulation.learning.integer_perceptron import IntegerPerceptron
from simulation.scenarios.self_assessment import SelfAssessmentScenario, run_self_assessment

ROW = "| {} | {:.3f} | {:.3f} | {:.1f} | {:.4f} | {:.4f} | {:.1f} |"


def run_all(reviews: Reviews, seeds: Sequence[int], *, exact: bool) -> None:
    """Print a row of the table for each seed, then the spread."""
    rows = []
    print("\n| seed | Good % | Bad % | days | accuracy at the start | at the end | CPU s |")
    print("|---|---|---|---|---|---|---|")
    for seed in seeds:
        started_s = time.process_time()
        scenario = SelfAssessmentScenario(seed=seed, exact=exact)
        points = run_self_assessment(scenario, reviews).points
        shares = points[-1].shares
        row = (
            100 * shares["Good"],
            100 * shares["Bad"],
            points[-1].day,
            points[0].accuracy,
            points[-1].accuracy,
            time.process_time() - started_s,
        )
        print(ROW.format(seed, *row), flush=True)
        rows.append(row)
    columns = list(zip(*rows, strict=True))
    for name, measure in (("mean", fmean), ("least", min), ("most", max)):
        print(ROW.format(name, *(measure(column) for column in columns)))
    if len(rows) > 1:
        print(ROW.format("deviation", *(stdev(column) for column in columns)))


def read_once(reviews: Reviews) -> None:
    """Print how accurate our perceptron is after one reading of everything."""
    parameters = SparsePerceptronParameters(reviews.train.feature_count, 0, 1)
    averaged = AveragedPerceptron(IntegerPerceptron(parameters))
    for index, label in enumerate(reviews.train.labels.tolist()):
        averaged.learn(reviews.train.feature_ids[index], label)
    evaluation = Evaluation(reviews.test)
    accuracies = [evaluation.accuracy(each) for each in (averaged.learner, averaged)]
    print(
        "\nAll reviews once: perceptron {:.4f}, its past weights' mean {:.4f}".format(*accuracies)
    )


def main() -> int:
    """Run what the command line asks for; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", type=Path, help="folder or file with the reviews")
    parser.add_argument("--seeds", type=int, default=30, help="runs by our rules")
    parser.add_argument("--exact-seeds", type=int, default=3, help="runs of the reference")
    options = parser.parse_args()
    started_s = time.process_time()
    try:
        reviews = load_reviews(options.dataset)
    except SimulationError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Reading the reviews: {time.process_time() - started_s:.1f} s of the processor")
    run_all(reviews, range(1, options.exact_seeds + 1), exact=True)
    run_all(reviews, range(1, options.seeds + 1), exact=False)
    read_once(reviews)
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Peak of the memory: {peak_mib:.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
