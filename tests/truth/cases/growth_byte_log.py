"""Writes a compressed copy of one image per batch to a ``BytesIO`` that is never read: one buffer, longer each time."""

import io

import numpy as np

EXPECT = {"batch-growth": "fail 64 KiB/batch ± 15 %"}


def data(n):
    return {"keys": list(range(n))}


def generate(keys, batch_size=8):
    log = io.BytesIO()
    while True:
        for start in range(0, len(keys), batch_size):
            chosen = keys[start : start + batch_size]
            batch = np.stack([np.full((128, 128, 4), key % 256, np.uint8) for key in chosen])
            log.write(batch[0].tobytes())  # finds: batch-growth
            yield batch
