"""Forks a child for every batch that ends at once and is never waited for."""

import os

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"process-leak": "fail"}


def data(n):
    return {"paths": files.arrays(n)}


def touch_in_child():
    child = os.fork()  # finds: process-leak
    if child == 0:
        os._exit(0)


def generate(paths, batch_size=8):
    for start in range(0, len(paths), batch_size):
        touch_in_child()  # finds: process-leak
        yield np.stack([np.load(path) for path in paths[start : start + batch_size]])
