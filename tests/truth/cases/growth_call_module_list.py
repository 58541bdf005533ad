"""A list of the module keeps the statistics of every fold, with the whole sample that they were computed on."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"call-growth": "fail 1536 KiB/call ± 10 %"}
TARGET = "build"
HISTORY = []


def data(n):
    return {"paths": files.arrays(n)}


class Normalised:
    def __init__(self, paths, batch_size, mean):
        self.paths, self.batch_size, self.mean = paths, batch_size, mean

    def __iter__(self):
        for start in range(0, len(self.paths), self.batch_size):
            images = [np.load(path) for path in self.paths[start : start + self.batch_size]]
            yield np.stack(images).astype(np.float32) - self.mean


def build(paths, batch_size=8):
    sample = np.random.default_rng(0).random((384, 1024), dtype=np.float32)
    mean = float(sample.mean())
    HISTORY.append({"fold": len(HISTORY), "mean": mean, "sample": sample})  # finds: call-growth
    return Normalised(paths, batch_size, mean)
