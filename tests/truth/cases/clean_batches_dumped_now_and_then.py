"""Keeps batches until there are 25, writes a summary of them and forgets them: memory is a sawtooth, however long."""

import os
import tempfile

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
TARGET = "Logged"
EVERY = 25


def data(n):
    return {"paths": files.arrays(n)}


class Logged:
    def __init__(self, paths, batch_size=4):
        self.paths = paths
        self.batch_size = batch_size
        self.pending = []

    def __iter__(self):
        while True:
            for start in range(0, len(self.paths), self.batch_size):
                batch = np.stack([np.load(path) for path in self.paths[start : start + self.batch_size]])
                self.pending.append(batch)
                if len(self.pending) == EVERY:
                    np.save(os.path.join(tempfile.gettempdir(), "means"), [each.mean() for each in self.pending])
                    self.pending.clear()
                yield batch.copy()
