"""The constructor does nothing; the first ``__getitem__`` reads all the files."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}
TARGET = "LazyLooking"


def data(n):
    return {"paths": files.arrays(n)}


class LazyLooking:
    def __init__(self, paths, batch_size=8):
        self.paths = paths
        self.batch_size = batch_size
        self._images = None

    def __len__(self):
        return -(-len(self.paths) // self.batch_size)

    def _load(self):
        self._images = np.empty((len(self.paths), 128, 128, 4), np.uint8)  # finds: eager-load
        for k, path in enumerate(self.paths):
            self._images[k] = np.load(path)  # finds: eager-load

    def __getitem__(self, index):
        if self._images is None:
            self._load()
        return self._images[index * self.batch_size : (index + 1) * self.batch_size]
