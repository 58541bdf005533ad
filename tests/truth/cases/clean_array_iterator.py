"""An iterator class with ``__next__`` that resets itself when the data set ends."""

import numpy as np

EXPECT = {}
TARGET = "SyntheticFlow(seed=3).flow"


class SyntheticFlow:
    def __init__(self, seed):
        self.seed = seed

    def flow(self, indices, batch_size=8):
        return _Flow(indices, batch_size, self.seed)


class _Flow:
    def __init__(self, indices, batch_size, seed):
        self.indices = np.asarray(indices)
        self.batch_size = batch_size
        self.rng = np.random.default_rng(seed)
        self.position = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.position == 0:
            self.rng.shuffle(self.indices)
        chosen = self.indices[self.position : self.position + self.batch_size]
        self.position += self.batch_size
        if self.position >= len(self.indices):
            self.position = 0
        return np.stack([np.full((128, 128, 3), k % 256, np.uint8) for k in chosen]), chosen % 10


def data(n):
    return {"indices": list(range(n))}
