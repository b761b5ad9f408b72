"""Real reviews, where this machine has them; they are no part of the repository."""

import pytest

from simulation.datasets.imdb import Reviews, load_reviews
from simulation.datasets.location import VARIABLE, data_folder


@pytest.fixture(scope="session")
def imdb() -> Reviews:
    """The IMDB reviews in the data folder."""
    if not (data_folder() / "imdb").is_dir():
        pytest.skip(f"no reviews in {data_folder()}; {VARIABLE} names another folder")
    return load_reviews()
