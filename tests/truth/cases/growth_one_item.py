"""Keeps a copy of the first image of each batch of 16: slow, a sixteenth of a batch each time."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 64 KiB/batch ± 10 %"}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=16):
    examples = []
    while True:
        for start in range(0, len(paths), batch_size):
            batch = np.stack([np.load(path) for path in paths[start : start + batch_size]])
            examples.append(batch[0].copy())  # finds: batch-growth
            yield batch
