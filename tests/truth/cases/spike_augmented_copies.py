"""Makes four augmented copies of the float batch beside the original and its stack, and yields a copy of one."""

import random

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-spike": "fail"}


def data(n):
    return {"paths": files.arrays(n)}


def augment(batch):
    return [
        batch[:, ::-1].copy(),  # finds: batch-spike
        batch[:, :, ::-1].copy(),  # finds: batch-spike
        np.rot90(batch, axes=(1, 2)).copy(),  # finds: batch-spike
        batch * np.float32(0.8),  # finds: batch-spike
    ]


def generate(paths, batch_size=16):
    while True:
        for start in range(0, len(paths), batch_size):
            batch = np.stack([np.load(path).astype(np.float32) for path in paths[start : start + batch_size]])
            versions = augment(batch)  # finds: batch-spike
            chosen = random.choice(versions).copy()  # finds: batch-spike
            del versions, batch
            yield chosen
