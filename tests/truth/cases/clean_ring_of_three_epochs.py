"""A generator of three epochs with the last forty batches at hand, and a new ring each time that it is called."""

from collections import deque

import numpy as np

EXPECT = {}


def data(n):
    return {"keys": list(range(n))}


def generate(keys, epochs=3, keep=40):
    recent = deque(maxlen=keep)
    for _ in range(epochs):
        for key in keys:
            batch = np.full((128, 128, 4), key % 256, np.uint8)
            recent.append(batch)
            yield batch
