"""Each data set that is built subscribes a method of its own to a registry of callbacks, and never unsubscribes."""

from collections import defaultdict

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"call-growth": "fail 2048 KiB/call ± 10 %"}
TARGET = "build"
CALLBACKS = defaultdict(list)


def data(n):
    return {"paths": files.arrays(n)}


def subscribe(event, function):
    CALLBACKS[event].append(function)  # finds: call-growth


class Shuffled:
    def __init__(self, paths, batch_size):
        self.paths = list(paths)
        self.batch_size = batch_size
        self.noise = np.random.default_rng(len(paths)).random((512, 1024), dtype=np.float32)
        subscribe("epoch", self.shuffle)  # finds: call-growth

    def shuffle(self):
        np.random.default_rng(0).shuffle(self.paths)

    def __len__(self):
        return -(-len(self.paths) // self.batch_size)

    def __getitem__(self, index):
        chosen = self.paths[index * self.batch_size : (index + 1) * self.batch_size]
        return np.stack([np.load(path) + self.noise[index, 0] for path in chosen])


def build(paths, batch_size=8):
    return Shuffled(paths, batch_size)
