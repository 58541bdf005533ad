"""Puts images of different widths into an array of objects."""

import numpy as np

EXPECT = {"eager-load": "fail"}


def data(n):
    return {"widths": [160 + (k * 31) % 64 for k in range(n)]}


def render(width):
    return np.full((128, width, 3), width % 256, np.uint8)  # finds: eager-load


def generate(widths, batch_size=8):
    images = np.empty(len(widths), dtype=object)
    for k, width in enumerate(widths):
        images[k] = render(width)  # finds: eager-load
    order = np.random.permutation(len(images))
    for start in range(0, len(order), batch_size):
        yield list(images[order[start : start + batch_size]])
