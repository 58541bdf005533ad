"""Caches ready float batches by their index, four times the bytes of the files."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"unbounded-cache": "fail 64 KiB/item ± 5 %"}
TARGET = "CachedBatches"


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


class CachedBatches:
    def __init__(self, paths, batch_size=8):
        self.paths = paths
        self.batch_size = batch_size
        self._batches = {}

    def __len__(self):
        return -(-len(self.paths) // self.batch_size)

    def __getitem__(self, index):
        if index not in self._batches:
            chosen = self.paths[index * self.batch_size : (index + 1) * self.batch_size]
            self._batches[index] = np.stack([np.load(path) for path in chosen]) / np.float32(
                255
            )  # finds: unbounded-cache
        return self._batches[index]
