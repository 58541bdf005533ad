"""Reads all arrays first and draws from them for ever; how many are in a batch is a constant of the module."""

import numpy as np

from tests.truth.cases.helpers import files

BATCH = 32
EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}


def data(n):
    return {"paths": files.arrays(n)}


class Endless:
    def __init__(self, paths):
        self.pictures = [np.load(path) for path in paths]  # finds: eager-load
        self.random = np.random.default_rng(0)

    def __iter__(self):
        while True:
            drawn = self.random.integers(0, len(self.pictures), BATCH)
            yield np.stack([self.pictures[k] for k in drawn]).astype(np.float32)


def generate(paths):
    return Endless(paths)
