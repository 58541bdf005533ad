"""Turns each batch of bytes into Python lists and back to compute a checksum: 8 bytes for each."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-spike": "fail"}


def data(n):
    return {"paths": files.arrays(n)}


def checksum(batch):
    values = batch.ravel().tolist()  # finds: batch-spike
    return sum(values) % 65521


def generate(paths, batch_size=32):
    for start in range(0, len(paths), batch_size):
        batch = np.stack([np.load(path) for path in paths[start : start + batch_size]])
        yield batch, checksum(batch)  # finds: batch-spike
