"""A shuffle buffer gets eight items for every seven that are taken out."""

import random

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 64 KiB/batch ± 15 %"}


def data(n):
    return {"paths": files.arrays(n)}


def endless(paths):
    while True:
        yield from paths


def generate(paths, batch_size=7):
    buffer = []
    source = endless(paths)
    while True:
        for _ in range(batch_size + 1):
            buffer.append(np.load(next(source)))  # finds: batch-growth
        random.shuffle(buffer)
        yield np.stack([buffer.pop() for _ in range(batch_size)])
