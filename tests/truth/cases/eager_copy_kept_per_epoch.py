"""Loads everything in the constructor and keeps a shuffled copy of it for every epoch."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail", "epoch-growth": "fail"}
ALSO_RIGHT = [{"eager-load": "fail", "eager-init": "fail", "epoch-growth": "fail"}]
TARGET = "Shuffler"


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


class Shuffler:
    def __init__(self, paths, batch_size=8):
        self.images = np.stack([np.load(path) for path in paths])  # finds: eager-load, eager-init
        self.batch_size = batch_size
        self.versions = []

    def __len__(self):
        return -(-len(self.images) // self.batch_size)

    def __getitem__(self, index):
        return self.images[index * self.batch_size : (index + 1) * self.batch_size]

    def on_epoch_end(self):
        self.versions.append(self.images)  # finds: epoch-growth
        self.images = self.images[np.random.permutation(len(self.images))]  # finds: epoch-growth
