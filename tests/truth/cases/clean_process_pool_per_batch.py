"""Forks one worker for every batch, takes its result and joins it."""

import multiprocessing

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"paths": files.arrays(n)}


def load(path):
    return np.load(path)


def generate(paths, batch_size=16):
    context = multiprocessing.get_context("fork")
    for start in range(0, len(paths), batch_size):
        pool = context.Pool(processes=1)
        images = pool.map(load, paths[start : start + batch_size])
        pool.close()
        pool.join()
        yield np.stack(images)
