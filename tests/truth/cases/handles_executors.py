"""Makes a thread pool in every ``__getitem__`` and keeps it without ``shutdown``."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"thread-leak": "fail"}
ALSO_RIGHT = [{"thread-leak": "fail", "batch-growth": "fail"}]
TARGET = "Threaded"


def data(n):
    return {"paths": files.arrays(n)}


class Threaded:
    def __init__(self, paths, batch_size=8):
        self.paths = paths
        self.batch_size = batch_size
        self.pools = []

    def __len__(self):
        return -(-len(self.paths) // self.batch_size)

    def __getitem__(self, index):
        pool = ThreadPoolExecutor(max_workers=1)  # finds: thread-leak, batch-growth
        self.pools.append(pool)  # finds: thread-leak, batch-growth
        chosen = self.paths[index * self.batch_size : (index + 1) * self.batch_size]
        return np.stack(list(pool.map(np.load, chosen)))  # finds: thread-leak, batch-growth
