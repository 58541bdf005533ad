"""Appends a feature vector of 32 KiB per batch to one array, which is copied and replaced each time."""

import numpy as np

EXPECT = {"batch-growth": "fail 32 KiB/batch ± 10 %"}
ALSO_RIGHT = [{"batch-growth": "fail", "concatenate-in-loop": "fail"}]


def data(n):
    return {"keys": list(range(n))}


class Features:
    def __init__(self):
        self.matrix = np.full((0, 4096), 0.0)

    def update(self, batch):
        row = np.full((1, 4096), float(batch.flat[0]))
        self.matrix = np.concatenate([self.matrix, row])  # finds: batch-growth, concatenate-in-loop


def generate(keys, batch_size=8):
    features = Features()
    while True:
        for start in range(0, len(keys), batch_size):
            chosen = keys[start : start + batch_size]
            batch = np.stack([np.full((128, 128, 3), key % 256, np.uint8) for key in chosen])
            features.update(batch)  # finds: batch-growth
            yield batch
