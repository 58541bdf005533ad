"""Loads all images to compute a small code for each, and only the codes stay: at its height all the data is there."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-spike": "fail"}
# The reduced copy is all that is ever yielded, and it is in memory whole.
ALSO_RIGHT = [{"batch-spike": "fail", "eager-load": "fail"}]


def data(n):
    return {"paths": files.arrays(n)}


def encode_all(paths):
    images = np.stack([np.load(path) for path in paths])  # finds: batch-spike
    return images.reshape(len(images), 64, -1).mean(axis=2).astype(np.float16)  # finds: batch-spike


def generate(paths, batch_size=64):
    codes = encode_all(paths)  # finds: batch-spike
    while True:
        for start in range(0, len(codes), batch_size):
            yield codes[start : start + batch_size]
