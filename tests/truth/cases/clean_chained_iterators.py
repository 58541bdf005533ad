"""A pipeline of ``chain.from_iterable``, ``map``, ``filter`` and ``islice`` over two folders; nothing is buffered."""

import itertools

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    paths = files.arrays(n)
    return {"folders": [paths[: n // 2], paths[n // 2 :]]}


def grouped(items, size):
    items = iter(items)
    return iter(lambda: list(itertools.islice(items, size)), [])


def generate(folders, batch_size=8):
    images = map(np.load, itertools.chain.from_iterable(folders))
    bright = filter(lambda image: image.mean() >= 0, images)
    return map(np.stack, grouped(bright, batch_size))
