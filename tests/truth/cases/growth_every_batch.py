"""Keeps every batch in a list, for a plot that nobody draws."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 512 KiB/batch ± 10 %"}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    history = []
    while True:
        for start in range(0, len(paths), batch_size):
            batch = np.stack([np.load(path) for path in paths[start : start + batch_size]])  # finds: batch-growth
            history.append(batch)  # finds: batch-growth
            yield batch
