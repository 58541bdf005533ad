"""Copies all the data into one anonymous shared mapping, memory that no Python allocator knows of."""

import mmap

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    block = mmap.mmap(-1, len(paths) * 128 * 128 * 4)  # finds: eager-load
    images = np.frombuffer(block, np.uint8).reshape(len(paths), 128, 128, 4)
    for k, path in enumerate(paths):
        images[k] = np.load(path)  # finds: eager-load
    while True:
        for start in range(0, len(paths), batch_size):
            yield images[start : start + batch_size].copy()
