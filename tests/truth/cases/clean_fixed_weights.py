"""Loads weights of 16 MiB before the first batch; they do not depend on the data set."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"image_files": files.arrays(n)}


def load_weights():
    rng = np.random.default_rng(0)
    return rng.random((2048, 1024))


def generate(image_files, batch_size=8):
    weights = load_weights()
    for start in range(0, len(image_files), batch_size):
        batch = [np.load(path) for path in image_files[start : start + batch_size]]
        scale = weights[start % len(weights), 0]
        yield np.stack(batch), np.full(len(batch), scale)
