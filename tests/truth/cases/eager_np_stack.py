"""Stacks the whole data set into one array and yields slices."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths: list[str], batch_size: int = 8):
    everything = np.stack([np.load(path) for path in paths])  # finds: eager-load
    while True:
        for start in range(0, len(everything), batch_size):
            yield everything[start : start + batch_size]
