"""Registers a function with ``atexit`` for every batch, with the batch as its argument."""

import atexit

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 256 KiB/batch ± 10 %"}


def data(n):
    return {"paths": files.arrays(n)}


def summarize(batch):
    batch.mean()


def generate(paths, batch_size=4):
    while True:
        for start in range(0, len(paths), batch_size):
            batch = np.stack([np.load(path) for path in paths[start : start + batch_size]])  # finds: batch-growth
            atexit.register(summarize, batch)  # finds: batch-growth
            yield batch
