"""Statistics of each batch are kept whole, although only their number is printed."""

import numpy as np

from tests.truth.cases.helpers import files

TARGET = "Loader"


def data(n):
    return {"paths": files.arrays(n)}


class Loader:
    def __init__(self, paths, batch_size=8):
        self.paths = paths
        self.batch_size = batch_size
        self.history = {"batches": [], "means": []}

    def __iter__(self):
        for i in range(0, len(self.paths), self.batch_size):
            batch = np.stack([np.load(p) for p in self.paths[i : i + self.batch_size]])
            self.history["batches"].append(batch.copy())
            self.history["means"].append(batch.mean())
            yield batch
