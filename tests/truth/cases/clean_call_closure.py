"""A hook that uses the fold's table is tied to the data set, and goes with it."""

import weakref

import numpy as np

from tests.truth.cases.helpers import files

EXPECT: dict[str, str] = {}
TARGET = "build"
GROUND_CALLS = 10


def data(n):
    return {"paths": files.arrays(n)}


class Weighted:
    def __init__(self, paths, batch_size, weight):
        self.paths, self.batch_size, self.weight = paths, batch_size, weight

    def __len__(self):
        return -(-len(self.paths) // self.batch_size)

    def __getitem__(self, index):
        chosen = self.paths[index * self.batch_size : (index + 1) * self.batch_size]
        return np.stack([np.load(path) * self.weight for path in chosen])


def build(paths, batch_size=8):
    table = np.random.default_rng(0).random((768, 1024), dtype=np.float32)

    def report():
        return f"weights from {table.min():.3f} to {table.max():.3f}"

    fold = Weighted(paths, batch_size, float(table[0, 0]))
    weakref.finalize(fold, report)
    return fold
