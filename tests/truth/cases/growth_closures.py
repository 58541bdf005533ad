"""Registers a callback per batch, and the callback closes over the batch."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 512 KiB/batch ± 10 %"}

callbacks = []


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    def read(start):
        batch = np.stack([np.load(path) for path in paths[start : start + batch_size]])  # finds: batch-growth
        callbacks.append(lambda: batch.mean())  # finds: batch-growth
        return batch

    while True:
        for start in range(0, len(paths), batch_size):
            yield read(start)
