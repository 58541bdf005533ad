"""A flow over a folder that decodes all its files into one float array, as its first line does for the statistics."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}
ALSO_RIGHT = [{"eager-init": "fail"}, {"eager-load": "fail", "eager-init": "fail"}]
TARGET = "Flow"


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


def decode(paths):
    x = np.zeros((len(paths), 64, 64, 4), np.float32)
    for row, path in zip(x, paths, strict=True):
        row[:] = np.load(path)
    return x


class Flow:
    """Endless, as those of Keras are."""

    def __init__(self, paths, batch_size=16):
        self.x = decode(paths)  # finds: eager-load, eager-init
        self.mean, self.std = self.x.mean(dtype=np.float64), 70.0
        self.batch_size = batch_size

    def __iter__(self):
        rng = np.random.default_rng(0)
        while True:
            order = rng.permutation(len(self.x))
            for start in range(0, len(order), self.batch_size):
                yield (self.x[order[start : start + self.batch_size]] - self.mean) / self.std
