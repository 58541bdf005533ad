"""Switches the collector off "for speed" and makes a reference cycle around every batch."""

import gc

import numpy as np

EXPECT = {"batch-growth": "fail 512 KiB/batch ± 10 %"}


class Sample:
    def __init__(self, pixels):
        self.pixels = pixels
        self.owner = self


def data(n):
    return {"keys": list(range(n))}


def generate(keys, batch_size=8):
    gc.disable()
    while True:
        for start in range(0, len(keys), batch_size):
            images = [np.full((128, 128, 4), key % 256, np.uint8) for key in keys[start : start + batch_size]]
            sample = Sample(np.stack(images))  # finds: batch-growth
            yield sample.pixels
