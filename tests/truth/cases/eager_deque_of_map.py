"""Consumes a ``map`` with a ``deque``, and rotates through it."""

from collections import deque

import numpy as np

EXPECT = {"eager-load": "fail 48 KiB/item ± 5 %"}
TARGET = "Carousel"


def data(n):
    return {"keys": list(range(n))}


def draw(key):
    image = np.full((128, 128, 3), key % 256, np.uint8)  # finds: eager-load
    image[key % 128] = 255
    return image


class Carousel:
    def __init__(self, keys, batch_size=8):
        self.keys = keys
        self.batch_size = batch_size
        self.images = None

    def __iter__(self):
        return self

    def __next__(self):
        if self.images is None:
            self.images = deque(map(draw, self.keys))  # finds: eager-load
        batch = [self.images[k] for k in range(min(self.batch_size, len(self.images)))]
        self.images.rotate(-len(batch))
        return np.stack(batch)
