"""Stacks a few small arrays for each batch, over two epochs of four batches, at one size alone."""

import numpy as np

EXPECT = {}
OPTIONS = {"sizes": "off", "batches": 8, "max_batches": 8}
TARGET = "batches"


def _item(at):
    return np.full((16, 16), at, dtype=np.float32)


def batches(n=64, batch_size=16):
    for start in range(0, n, batch_size):
        yield np.stack([_item(at) for at in range(start, start + batch_size)])
