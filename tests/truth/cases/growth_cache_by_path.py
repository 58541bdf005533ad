"""Keeps every image by its path: cheap at first, the whole data set after one epoch, and then no more."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"unbounded-cache": "fail 64 KiB/item ± 5 %"}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    cache = {}
    while True:
        for start in range(0, len(paths), batch_size):
            for path in paths[start : start + batch_size]:
                if path not in cache:
                    cache[path] = np.load(path)  # finds: unbounded-cache
            yield np.stack([cache[path] for path in paths[start : start + batch_size]])
