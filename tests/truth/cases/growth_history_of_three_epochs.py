"""A generator of three epochs that keeps each batch until it ends: what is let go then was kept for all that time."""

import numpy as np

EXPECT = {"batch-growth": "fail 64 KiB/batch ± 10 %"}


def data(n):
    return {"keys": list(range(n))}


def generate(keys, epochs=3):
    history = []
    for _ in range(epochs):
        for key in keys:
            batch = np.full((128, 128, 4), key % 256, np.uint8)  # finds: batch-growth
            history.append(batch)  # finds: batch-growth
            yield batch
