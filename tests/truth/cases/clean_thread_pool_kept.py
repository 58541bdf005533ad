"""One thread pool for the whole life of the loader; ``map`` is given one batch of paths at a time."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
TARGET = "ThreadedLoader"


def data(n):
    return {"paths": files.arrays(n)}


class ThreadedLoader:
    def __init__(self, paths, batch_size=8, workers=2):
        self.paths = paths
        self.batch_size = batch_size
        self.pool = ThreadPoolExecutor(workers)

    def __iter__(self):
        for start in range(0, len(self.paths), self.batch_size):
            yield np.stack(list(self.pool.map(np.load, self.paths[start : start + self.batch_size])))
