"""A sequence keeps one preview batch of each epoch in ``on_epoch_end``, to be drawn after training."""

import math

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"epoch-growth": "fail"}
TARGET = "Images"


def data(n):
    return {"paths": files.arrays(n)}


class Images:
    def __init__(self, paths, batch_size=8):
        self.paths = paths
        self.batch_size = batch_size
        self.previews = []

    def __len__(self):
        return math.ceil(len(self.paths) / self.batch_size)

    def __getitem__(self, index):
        chosen = self.paths[index * self.batch_size : (index + 1) * self.batch_size]
        return np.stack([np.load(path) for path in chosen])

    def on_epoch_end(self):
        self.previews.append(self[0].astype(np.float32))  # finds: epoch-growth
