"""Unzips a generator of decoded pairs with ``zip(*...)``, which consumes it."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}


def data(n):
    return {"pairs": [(path, k % 10) for k, path in enumerate(files.arrays(n))]}


def generate(pairs, batch_size=8):
    images, labels = zip(*((np.load(path), label) for path, label in pairs))  # finds: eager-load
    while True:
        for start in range(0, len(images), batch_size):
            yield np.stack(images[start : start + batch_size]), np.array(labels[start : start + batch_size])
