"""Reads all arrays before the first batch; how many are in a batch is a number in the code, and no argument."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths):
    pictures = [np.load(path) for path in paths]  # finds: eager-load
    for start in range(0, len(pictures), 32):
        yield np.stack(pictures[start : start + 32])
