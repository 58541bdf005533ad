"""Keeps a sorted list of ``Path`` objects, some hundred bytes per item, and reads the files batch by batch."""

from pathlib import Path

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"directory": files.folder(n)}


def generate(directory, batch_size=8):
    paths = sorted(Path(directory).glob("*.npy"))
    while True:
        for first in range(0, len(paths), batch_size):
            yield np.array([np.load(path) for path in paths[first : first + batch_size]])
