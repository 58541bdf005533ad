"""Whole videos of a batch are read and stacked; four frames of each are handed out."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-spike": "fail"}


def data(n):
    return {"paths": files.arrays(n, (112, 32, 32, 3))}


def clips_of(paths, frames, rng):
    whole = [np.load(path) for path in paths]  # finds: batch-spike
    stacked = np.stack(whole)  # finds: batch-spike
    start = int(rng.integers(0, stacked.shape[1] - frames))
    return stacked[:, start : start + frames].copy()


def generate(paths, batch_size=32, frames=4):
    rng = np.random.default_rng(3)
    for start in range(0, len(paths), batch_size):
        yield clips_of(paths[start : start + batch_size], frames, rng)
