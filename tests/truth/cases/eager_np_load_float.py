"""Loads one big array without ``mmap_mode`` and converts it to float32: 64 KiB per item of 16 KiB."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}


def data(n):
    return {"path": files.big_array(n)}


def generate(path, batch_size=16):
    images = np.load(path).astype("float32")  # finds: eager-load
    images /= 255.0
    while True:
        for start in range(0, len(images), batch_size):
            yield images[start : start + batch_size]
