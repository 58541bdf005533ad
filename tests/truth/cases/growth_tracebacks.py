"""Collects the exceptions of unreadable files; each traceback holds a frame that holds a batch and a copy of it."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 1024 KiB/batch ± 10 %"}


def data(n):
    return {"paths": files.arrays(n)}


class Reader:
    def __init__(self, paths, batch_size=8):
        self.paths = paths
        self.batch_size = batch_size
        self.errors = []

    def _check(self, batch):
        work = batch.copy()  # finds: batch-growth
        if work.size:
            raise ValueError("checksum differs")

    def __iter__(self):
        for start in range(0, len(self.paths), self.batch_size):
            batch = np.stack(
                [np.load(path) for path in self.paths[start : start + self.batch_size]]
            )  # finds: batch-growth
            try:
                self._check(batch)  # finds: batch-growth
            except ValueError as error:
                self.errors.append(error)  # finds: batch-growth
            yield batch.copy()


TARGET = "Reader"
