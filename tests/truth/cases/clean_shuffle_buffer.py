"""A shuffle buffer of 256 items is larger than the smallest data sets, and never larger than 256 items."""

import random

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
BUFFER = 256


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


def stream(paths):
    while True:
        for path in paths:
            yield np.load(path)


def shuffled(items, size):
    buffer = []
    for item in items:
        if len(buffer) < size:
            buffer.append(item)
            continue
        at = random.randrange(size)
        buffer[at], item = item, buffer[at]
        yield item


def generate(paths, batch_size=8):
    batch = []
    for item in shuffled(stream(paths), min(BUFFER, len(paths))):
        batch.append(item)
        if len(batch) == batch_size:
            yield np.stack(batch)
            batch = []
