"""A default argument that is a dict lives as long as its function, and so does all that was put into it."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"unbounded-cache": "fail 64 KiB/item ± 5 %"}


def data(n):
    return {"paths": files.arrays(n)}


def load(path, known={}):
    if path not in known:
        known[path] = np.load(path)  # finds: unbounded-cache
    return known[path]


def generate(paths, batch_size=8):
    for start in range(0, len(paths), batch_size):
        yield np.stack([load(path) for path in paths[start : start + batch_size]]).astype(np.float32)
