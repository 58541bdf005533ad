"""Copies every window of a mapped series into one matrix before the first batch: each row is there 32 times."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 6 %"}
SMALLEST = 128


def data(n):
    return {"path": files.big_array(n, (32, 64))}


def generate(path, batch_size=16, length=32):
    series = np.load(path, mmap_mode="r")
    rows = len(series) - length + 1
    matrix = np.empty((rows, length, 32, 64), np.uint8)  # finds: eager-load
    for at in range(rows):
        matrix[at] = series[at : at + length]  # finds: eager-load
    order = np.random.default_rng(0).permutation(rows)
    for start in range(0, rows, batch_size):
        yield matrix[order[start : start + batch_size]]
