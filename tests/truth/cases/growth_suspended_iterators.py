"""Peeks at a generator per batch and keeps the generator, suspended with its image inside."""

import numpy as np

EXPECT = {"batch-growth": "fail 192 KiB/batch ± 10 %"}


def data(n):
    return {"keys": list(range(n))}


def crops(key):
    image = np.full((256, 256, 3), key % 256, np.uint8)  # finds: batch-growth
    for top in range(0, 256, 64):
        yield image[top : top + 64].copy()


def generate(keys, batch_size=8):
    opened = []
    while True:
        for start in range(0, len(keys), batch_size):
            stream = crops(keys[start])
            opened.append(stream)  # finds: batch-growth
            yield np.stack([next(stream)] * batch_size)  # finds: batch-growth
