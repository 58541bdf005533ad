"""A Keras-like sequence keeps its 64 most recently used images; the smallest data sets fit into that whole."""

import math
from collections import OrderedDict

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
TARGET = "CachedSequence"


def data(n):
    return {"filenames": files.arrays(n)}


class CachedSequence:
    """Looks like ``keras.utils.PyDataset``."""

    def __init__(self, filenames, batch_size=8, cache_size=64):
        self.filenames = filenames
        self.batch_size = batch_size
        self.cache_size = cache_size
        self._recent = OrderedDict()
        self.on_epoch_end()

    def __len__(self):
        return math.ceil(len(self.filenames) / self.batch_size)

    def on_epoch_end(self):
        self.order = np.random.permutation(len(self.filenames))

    def _read(self, name):
        if name not in self._recent:
            self._recent[name] = np.load(name)
            while len(self._recent) > self.cache_size:
                self._recent.popitem(last=False)
        self._recent.move_to_end(name)
        return self._recent[name]

    def __getitem__(self, index):
        chosen = self.order[index * self.batch_size : (index + 1) * self.batch_size]
        return np.stack([self._read(self.filenames[k]) for k in chosen])
