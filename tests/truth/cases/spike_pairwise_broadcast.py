"""Broadcasts every pixel row against every item of the batch to find the nearest pairs."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-spike": "fail"}


def data(n):
    return {"paths": files.arrays(n)}


def nearest(batch):
    flat = batch.reshape(len(batch), -1)
    difference = np.abs(flat[:, None, :] - flat[None, :, :])  # finds: batch-spike
    return difference.sum(axis=2).argsort(axis=1)[:, 1]


def generate(paths, batch_size=12):
    while True:
        for start in range(0, len(paths), batch_size):
            batch = np.stack([np.load(path) for path in paths[start : start + batch_size]])
            yield batch, nearest(batch)  # finds: batch-spike
