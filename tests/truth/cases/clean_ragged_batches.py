"""Batches are of very different sizes, from 1 to 40 items of very different widths, and nothing is kept."""

import numpy as np

EXPECT = {}


def data(n):
    return {"widths": [32 + (k * 7919) % 480 for k in range(n)]}


def generate(widths):
    rng = np.random.default_rng(5)
    while True:
        start = 0
        while start < len(widths):
            count = int(rng.integers(1, 41))
            yield [np.full((64, width, 3), width % 256, np.uint8) for width in widths[start : start + count]]
            start += count
