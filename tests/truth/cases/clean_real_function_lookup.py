"""A function without arguments: an embedding table of 6 MiB is held, and 400 batches of 1 MiB are made with it."""

import numpy as np

EXPECT = {}
TARGET = "train_loader"


class Embedded:
    def __init__(self):
        self.table = np.random.default_rng(0).random((12_000, 128), dtype=np.float32)

    def __len__(self):
        return 400

    def __getitem__(self, index):
        if not 0 <= index < len(self):
            raise IndexError(index)
        tokens = np.random.default_rng(index).integers(0, len(self.table), (16, 128))
        return self.table[tokens]


def train_loader():
    return Embedded()
