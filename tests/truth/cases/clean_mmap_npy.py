"""Opens one big array with ``mmap_mode``; batches are copies of slices, the pages belong to the kernel."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"path": files.big_array(n, (128, 128, 4))}


def generate(path, batch_size=8):
    images = np.load(path, mmap_mode="r")
    while True:
        for start in range(0, len(images), batch_size):
            yield np.array(images[start : start + batch_size])
