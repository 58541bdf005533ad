"""Splits a stream of frames with ``tee`` and reads both branches in step, one frame apart, for differences."""

import itertools

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    before, after = itertools.tee(np.load(path) for path in paths)
    next(after, None)
    batch = []
    for first, second in zip(before, after):
        batch.append(second.astype(np.int16) - first)
        if len(batch) == batch_size:
            yield np.stack(batch)
            batch = []
    if batch:
        yield np.stack(batch)
