"""Keeps 16 KiB per batch of 1.5 MiB: one part in a hundred, for ever."""

import numpy as np

EXPECT = {"batch-growth": "fail 16 KiB/batch ± 15 %"}
TARGET = "Flow"


def data(n):
    return {"keys": list(range(n))}


class Flow:
    def __init__(self, keys, batch_size=8):
        self.keys = keys
        self.batch_size = batch_size
        self.position = 0
        self.histograms = []

    def __iter__(self):
        return self

    def __next__(self):
        chosen = [self.keys[(self.position + k) % len(self.keys)] for k in range(self.batch_size)]
        self.position += self.batch_size
        batch = np.stack([np.full((256, 256, 3), key % 256, np.uint8) for key in chosen])
        self.histograms.append(np.full((8, 256), float(batch[0, 0, 0, 0])))  # finds: batch-growth
        return batch
