"""Gets an opened memory map as its argument and cuts slices from it in shuffled order."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"images": np.load(files.big_array(n), mmap_mode="r")}


def generate(images, batch_size=16, seed=0):
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(len(images))
        for start in range(0, len(order), batch_size):
            rows = np.sort(order[start : start + batch_size])
            yield images[rows].astype(np.float32) / 255.0
