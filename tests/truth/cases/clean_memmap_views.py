"""Yields views of a memory-mapped file and touches every page of them: RSS grows, the memory held does not."""

import os

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
SIDE = 128


def data(n):
    return {"filename": files.records(n, SIDE * SIDE * 4)}


def generate(filename, batch_size=8):
    count = os.path.getsize(filename) // (SIDE * SIDE * 4)
    pixels = np.memmap(filename, dtype=np.uint8, mode="r", shape=(count, SIDE, SIDE, 4))
    for start in range(0, count, batch_size):
        view = pixels[start : start + batch_size]
        yield view, view.reshape(len(view), -1).sum(axis=1)
