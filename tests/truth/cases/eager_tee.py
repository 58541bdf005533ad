"""Splits the stream of decoded images with ``tee`` and runs through one branch first; the other one buffers all."""

import itertools

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    images = (np.load(path) for path in paths)  # finds: eager-load
    first, second = itertools.tee(images)  # finds: eager-load
    mean = sum(image.mean() for image in first) / len(paths)  # finds: eager-load
    while batch := list(itertools.islice(second, batch_size)):
        yield np.stack(batch) - np.float32(mean)
