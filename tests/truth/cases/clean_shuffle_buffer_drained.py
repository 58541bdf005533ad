"""A shuffle buffer of 100 items is filled at the start of every epoch and drained at its end."""

import random

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


class ShuffledOnce:
    def __init__(self, paths, batch_size=8, buffer_size=100):
        self.paths = paths
        self.batch_size = batch_size
        self.buffer_size = buffer_size

    def _items(self):
        waiting = []
        for path in self.paths:
            waiting.append(np.load(path))
            if len(waiting) >= self.buffer_size:
                yield waiting.pop(random.randrange(len(waiting)))
        random.shuffle(waiting)
        while waiting:
            yield waiting.pop()

    def __iter__(self):
        batch = []
        for item in self._items():
            batch.append(item)
            if len(batch) == self.batch_size:
                yield np.stack(batch)
                batch = []
        if batch:
            yield np.stack(batch)


TARGET = "ShuffledOnce"
