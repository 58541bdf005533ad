"""Starts a thread pool for every batch and closes it again."""

from multiprocessing.pool import ThreadPool

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    for start in range(0, len(paths), batch_size):
        with ThreadPool(2) as pool:
            images = pool.map(np.load, paths[start : start + batch_size])
        yield np.stack(images)
