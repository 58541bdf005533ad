"""Normalizes a whole batch of bytes in float64, through three steps of eight times the size, and yields bytes again."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-spike": "fail"}
ALSO_RIGHT = [{"batch-spike": "fail", "dtype-upcast": "fail"}]


def data(n):
    return {"paths": files.arrays(n)}


def contrast(batch):
    centred = batch.astype(np.float64) - 128.0  # finds: batch-spike, dtype-upcast
    stretched = centred * 1.5 + 128.0  # finds: batch-spike
    return np.clip(stretched, 0, 255).astype(np.uint8)  # finds: batch-spike


def generate(paths, batch_size=16):
    while True:
        for start in range(0, len(paths), batch_size):
            yield contrast(
                np.stack([np.load(path) for path in paths[start : start + batch_size]])
            )  # finds: batch-spike
