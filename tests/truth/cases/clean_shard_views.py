"""Yields views of the current shard, so that two shards of 64 items are alive while one follows the other."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
TARGET = "Shards(batch_size=8).batches"


def data(n):
    return {"paths": files.shards(n, 64, (64, 64, 4))}


class Shards:
    def __init__(self, batch_size):
        self.batch_size = batch_size

    def batches(self, paths):
        for path in paths:
            yield from self._cut(np.load(path))

    def _cut(self, shard):
        for start in range(0, len(shard), self.batch_size):
            yield shard[start : start + self.batch_size]
