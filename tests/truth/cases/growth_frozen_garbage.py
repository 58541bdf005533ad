"""Calls ``gc.freeze`` at every batch, so that its cycles are never looked at again."""

import gc

import numpy as np

EXPECT = {"batch-growth": "fail 432 KiB/batch ± 10 %"}


class Node:
    def __init__(self, pixels):
        self.pixels = pixels
        self.loop = [self]


def data(n):
    return {"keys": list(range(n))}


def generate(keys, batch_size=16):
    while True:
        for start in range(0, len(keys), batch_size):
            images = [np.full((96, 96, 3), key % 256, np.uint8) for key in keys[start : start + batch_size]]
            node = Node(np.stack(images))  # finds: batch-growth
            gc.freeze()  # finds: batch-growth
            yield node.pixels
