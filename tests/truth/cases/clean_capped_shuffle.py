"""A shuffle buffer of 64 images over 200 files, which is all that the function that lists them has."""

import random

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"paths": files.arrays(200)[:n]}


def generate(paths, batch_size=8, buffer_size=64):
    rng = random.Random(1)
    buffer, batch = [], []
    while True:
        for path in paths:
            buffer.append(np.load(path))
            if len(buffer) >= min(buffer_size, len(paths)):
                batch.append(buffer.pop(rng.randrange(len(buffer))))
            if len(batch) == batch_size:
                yield np.stack(batch)
                batch = []
