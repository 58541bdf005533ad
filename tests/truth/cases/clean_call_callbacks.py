"""A registry of callbacks has one for each event: the next data set takes the place of the one before."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT: dict[str, str] = {}
TARGET = "build"
GROUND_CALLS = 10
CALLBACKS = {}


def data(n):
    return {"paths": files.arrays(n)}


class Shuffled:
    def __init__(self, paths, batch_size):
        self.paths = list(paths)
        self.batch_size = batch_size
        self.noise = np.random.default_rng(len(paths)).random((512, 1024), dtype=np.float32)
        CALLBACKS["epoch"] = self.shuffle

    def shuffle(self):
        np.random.default_rng(0).shuffle(self.paths)

    def __len__(self):
        return -(-len(self.paths) // self.batch_size)

    def __getitem__(self, index):
        chosen = self.paths[index * self.batch_size : (index + 1) * self.batch_size]
        return np.stack([np.load(path) + self.noise[index, 0] for path in chosen])


def build(paths, batch_size=8):
    return Shuffled(paths, batch_size)
