"""Remembers the iterator of every epoch, each with its own work buffer of 1 MiB."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"epoch-growth": "fail"}
TARGET = "Batches"


def data(n):
    return {"paths": files.arrays(n)}


class _Epoch:
    def __init__(self, paths, batch_size):
        self.paths = iter(paths)
        self.work = np.full((batch_size, 2, 128, 128, 4), 1, np.uint8)  # finds: epoch-growth
        self.batch_size = batch_size

    def __iter__(self):
        return self

    def __next__(self):
        count = 0
        for path, row in zip(self.paths, self.work):
            row[0] = np.load(path)
            count += 1
        if count == 0:
            raise StopIteration
        return self.work[:count, 0].copy()


class Batches:
    def __init__(self, paths, batch_size=8):
        self.paths = paths
        self.batch_size = batch_size
        self.iterators = []

    def __iter__(self):
        self.iterators.append(_Epoch(self.paths, self.batch_size))  # finds: epoch-growth
        return self.iterators[-1]
