"""A dict that is an attribute of the class, not of its objects, keeps the float form of everything that was read."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"unbounded-cache": "fail 64 KiB/item ± 5 %"}


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


class Sample:
    pixels_by_path = {}

    def __init__(self, path):
        self.path = path

    @property
    def pixels(self):
        if self.path not in Sample.pixels_by_path:
            Sample.pixels_by_path[self.path] = np.load(self.path).astype(np.float32)  # finds: unbounded-cache
        return Sample.pixels_by_path[self.path]


def generate(paths, batch_size=8):
    samples = [Sample(path) for path in paths]
    for start in range(0, len(samples), batch_size):
        yield np.stack([sample.pixels for sample in samples[start : start + batch_size]])
