"""Compares every item with every other before the first batch: memory grows with the square of the data set."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail"}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    features = np.array([np.load(path)[:16, :16].mean(axis=(1, 2)) for path in paths], dtype=np.float32)
    differences = features[:, None, :] - features[None, :, :]  # finds: eager-load
    while True:
        for start in range(0, len(paths), batch_size):
            nearest = (differences[start : start + batch_size] ** 2).sum(axis=2).argsort(axis=1)[:, 1]
            anchors = np.stack([np.load(path) for path in paths[start : start + batch_size]])
            yield anchors, np.stack([np.load(paths[k]) for k in nearest])
