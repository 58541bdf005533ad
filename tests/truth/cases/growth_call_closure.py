"""A hook for the end of the program is made of a function that uses the fold's table: a call leaves a table."""

import weakref

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"call-growth": "fail 3072 KiB/call ± 10 %"}
TARGET = "build"


class Session:
    """Lives as long as the program."""


SESSION = Session()


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

    weakref.finalize(SESSION, report)  # finds: call-growth
    return Weighted(paths, batch_size, float(table[0, 0]))
