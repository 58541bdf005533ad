"""Keeps one row of every image, as a view, which keeps the whole image alive."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    first_rows = {}
    for path in paths:
        image = np.load(path)  # finds: eager-load
        first_rows[path] = image[0]  # finds: eager-load
    while True:
        for start in range(0, len(paths), batch_size):
            chosen = paths[start : start + batch_size]
            yield np.stack([np.load(path) for path in chosen]), np.stack([first_rows[path] for path in chosen])
