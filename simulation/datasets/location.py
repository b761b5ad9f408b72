"""Where datasets lie when nobody says: where a variable points to, or beside the checkout."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from simulation.errors import DatasetError

#: Names the folder that holds `imdb` and `words`.
VARIABLE: Final = "ON_THE_HOUSE_DATA"
BESIDE_CHECKOUT: Final = Path(__file__).resolve().parents[3] / "shared" / "data"


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder that datasets are looked for in."""
    named = environment.get(VARIABLE)
    return Path(named) if named else BESIDE_CHECKOUT


def first_existing(folder: Path, names: tuple[str, ...]) -> Path:
    """The first of some files that a folder has.

    Raises:
        DatasetError: it has none of them.
    """
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise DatasetError(
        f"{folder} has no {' or '.join(names)}: give the data with --dataset, "
        f"or name the folder that holds it in {VARIABLE}."
    )
