"""Keeps one row of pixels per batch, but as a view, so that the whole batch stays alive behind it."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 512 KiB/batch ± 10 %"}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    first_rows = []
    while True:
        for start in range(0, len(paths), batch_size):
            batch = np.stack([np.load(path) for path in paths[start : start + batch_size]])  # finds: batch-growth
            first_rows.append(batch[0, 0])  # finds: batch-growth
            yield batch
