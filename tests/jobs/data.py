"""Small data sets for the jobs that are given theirs."""

from collections.abc import Callable
from pathlib import Path

import numpy as np


def pictures(folder: Path) -> None:
    """A folder of 320 arrays, 64 x 64 pixels each."""
    place = folder / "pictures"
    place.mkdir()
    rng = np.random.default_rng(1)
    for number in range(320):
        np.save(place / f"{number:04}.npy", rng.integers(0, 255, (64, 64, 3), dtype=np.uint8))


def h5(folder: Path) -> None:
    """One HDF5 file with 400 pictures."""
    import h5py

    rng = np.random.default_rng(2)
    with h5py.File(folder / "train.h5", "w") as file:
        file["images"] = rng.integers(0, 255, (400, 64, 64, 3), dtype=np.uint8)
        file["labels"] = rng.integers(0, 10, 400)


def arrays(folder: Path) -> None:
    """Inputs and labels, one file each."""
    rng = np.random.default_rng(3)
    np.save(folder / "x.npy", rng.integers(0, 255, (800, 48, 48), dtype=np.uint8))
    np.save(folder / "y.npy", rng.integers(0, 10, 800))


def table(folder: Path) -> None:
    """A CSV file of 4,000 rows and 101 columns."""
    rng = np.random.default_rng(4)
    names = ",".join(f"c{number}" for number in range(101))
    np.savetxt(folder / "train.csv", rng.random((4000, 101)), delimiter=",", header=names, comments="", fmt="%.5f")


MAKERS: dict[str, Callable[[Path], None]] = {each.__name__: each for each in (pictures, h5, arrays, table)}
"""By the name that a job gives."""
