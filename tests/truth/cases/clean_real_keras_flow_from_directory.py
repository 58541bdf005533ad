"""A flow from a directory: names are listed, a sample of 40 images gives the mean, the others are read late."""

import os

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
TARGET = "Flow"


def data(n):
    return {"directory": files.folder(n, (64, 64, 4))}


class Flow:
    def __init__(self, directory, batch_size=8):
        self.names = [os.path.join(directory, name) for name in sorted(os.listdir(directory))]
        self.classes = np.array([len(name) % 3 for name in self.names], dtype=np.int32)
        self.batch_size = batch_size
        sample = [np.load(name).astype(np.float32) for name in self.names[:40]]
        self.mean = np.mean(sample, axis=0)

    def __iter__(self):
        rng = np.random.default_rng(0)
        while True:
            order = rng.permutation(len(self.names))
            for start in range(0, len(order), self.batch_size):
                chosen = order[start : start + self.batch_size]
                batch = np.stack([self.augment(np.load(self.names[at]), rng) for at in chosen])
                yield batch, self.classes[chosen]

    def augment(self, image, rng):
        return np.roll(image[:, :: rng.choice([-1, 1])], rng.integers(-4, 4), axis=0) - self.mean
