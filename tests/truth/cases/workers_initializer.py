"""The initializer of a process pool reads everything into a global of each worker."""

import multiprocessing

import numpy as np

EXPECT = {"eager-load": "fail", "worker-duplication": "fail"}
ALSO_RIGHT = [{"worker-duplication": "fail"}]
TARGET = "PooledLoader"

everything = None


def data(n):
    return {"keys": list(range(n))}


def read_all(keys):
    global everything
    everything = np.stack(
        [np.full((128, 128, 3), k % 256, np.uint8) for k in keys]
    )  # finds: eager-load, worker-duplication


def cut(part):
    return everything[part]


class PooledLoader:
    def __init__(self, keys, batch_size=8, workers=2):
        context = multiprocessing.get_context("fork")
        self.count = len(keys)
        self.batch_size = batch_size
        self.pool = context.Pool(workers, read_all, (keys,))  # finds: eager-load, worker-duplication

    def __iter__(self):
        parts = [slice(at, at + self.batch_size) for at in range(0, self.count, self.batch_size)]
        for part in parts:
            yield self.pool.apply(cut, (part,))
