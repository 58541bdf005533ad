"""A helper in another module reads all the files; the generator only calls it."""

import numpy as np

from tests.truth.cases.helpers import files, store

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}
SOURCES = ["helpers/store.py"]


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    images = store.load_all(paths)  # finds: eager-load
    while True:
        for start in range(0, len(images), batch_size):
            yield np.stack(images[start : start + batch_size])
