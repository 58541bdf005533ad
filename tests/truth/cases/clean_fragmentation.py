"""Strings of all lengths with random lifetimes leave holes in the heap; at most 400 are alive, so it levels off."""

import random
from collections import deque

import numpy as np

EXPECT = {}


def data(n):
    return {"keys": list(range(n))}


def generate(keys, batch_size=8):
    rng = random.Random(11)
    recent = deque(maxlen=400)
    while True:
        for start in range(0, len(keys), batch_size):
            images = []
            for key in keys[start : start + batch_size]:
                recent.append(rng.randbytes(rng.randrange(200, 24_000)))
                images.append(np.full((rng.randrange(32, 128), 128, 3), key % 256, np.uint8))
                if rng.random() < 0.3:
                    recent.rotate(rng.randrange(400))
            yield images
