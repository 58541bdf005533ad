"""Attaches a finalizer with a copy of the batch to an object that lives as long as the process."""

import weakref

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 256 KiB/batch ± 10 %"}


class Session:
    pass


session = Session()


def data(n):
    return {"paths": files.arrays(n)}


def release(pixels):
    del pixels


def generate(paths, batch_size=4):
    while True:
        for start in range(0, len(paths), batch_size):
            batch = np.stack([np.load(path) for path in paths[start : start + batch_size]])
            weakref.finalize(session, release, batch.copy())  # finds: batch-growth
            yield batch
