"""An endless generator with a loop over epochs; after each it keeps 2 MiB of statistics."""

import numpy as np

EXPECT = {"epoch-growth": "fail"}


def data(n):
    return {"keys": list(range(n))}


def epoch(keys, batch_size):
    for start in range(0, len(keys), batch_size):
        yield np.stack([np.full((128, 128, 3), key % 256, np.uint8) for key in keys[start : start + batch_size]])


def generate(keys, batch_size=8):
    statistics = {}
    number = 0
    while True:
        total = np.full((512, 1024), 0.0, np.float32)  # finds: epoch-growth
        for batch in epoch(keys, batch_size):
            total[:128, :128] += batch[0, :, :, 0]
            yield batch
        statistics[number] = total  # finds: epoch-growth
        number += 1
