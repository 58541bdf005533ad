"""Grows one array with ``np.append``, a copy of everything for every item."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 8 KiB/item ± 5 %"}
ALSO_RIGHT = [{"eager-load": "fail", "concatenate-in-loop": "fail"}]


def data(n):
    return {"paths": files.arrays(n, (32, 64, 4))}


def generate(paths, batch_size=8):
    images = np.full((0, 32, 64, 4), 0, np.uint8)
    for path in paths:
        images = np.append(images, np.load(path)[np.newaxis], axis=0)  # finds: eager-load, concatenate-in-loop
    while True:
        for start in range(0, len(images), batch_size):
            yield images[start : start + batch_size]
