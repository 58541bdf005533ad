"""A function without arguments reads a whole folder, and returns a loader over the list."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail"}
TARGET = "train_loader"
ITEMS = 400


class Loader:
    def __init__(self, samples, batch_size=8):
        self.samples = samples
        self.batch_size = batch_size

    def __len__(self):
        return -(-len(self.samples) // self.batch_size)

    def __iter__(self):
        for start in range(0, len(self.samples), self.batch_size):
            yield np.stack(self.samples[start : start + self.batch_size])


def train_loader():
    samples = []
    for path in files.arrays(ITEMS):
        samples.append(np.load(path))  # finds: eager-load
    return Loader(samples)  # finds: eager-load
