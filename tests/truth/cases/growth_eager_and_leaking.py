"""Loads everything before the first batch, and then also keeps a float copy of each batch."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 16 KiB/item ± 5 %", "batch-growth": "fail 512 KiB/batch ± 10 %"}


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


def generate(paths, batch_size=8):
    images = [np.load(path) for path in paths]  # finds: eager-load
    kept = []
    while True:
        for start in range(0, len(images), batch_size):
            batch = np.stack(images[start : start + batch_size]).astype(np.float32)  # finds: batch-growth
            kept.append(batch)  # finds: batch-growth
            yield batch
