"""``lru_cache`` on a method: the cache of the class keeps each object whose method was called, and its tables."""

import functools

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"call-growth": "fail 8192 KiB/call ± 10 %"}
TARGET = "build"


def data(n):
    return {"paths": files.arrays(n)}


class Fold:
    def __init__(self, paths, batch_size):
        self.paths = paths
        self.batch_size = batch_size
        self.noise = np.random.default_rng(1).random((1024, 1024))

    @functools.lru_cache(maxsize=4096)  # finds: call-growth
    def scale(self, kind):
        return float(self.noise[kind].mean())

    def __iter__(self):
        for start in range(0, len(self.paths), self.batch_size):
            chosen = self.paths[start : start + self.batch_size]
            yield np.stack([np.load(path) for path in chosen]) * np.float32(self.scale(start % 4))


def build(paths, batch_size=8):
    return Fold(paths, batch_size)
