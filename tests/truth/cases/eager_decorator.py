"""A decorator from another module calls the decoder for every key at once."""

import numpy as np

from tests.truth.cases.helpers.store import preloaded

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}
SOURCES = ["helpers/store.py"]


def data(n):
    return {"keys": list(range(n))}


@preloaded
def picture(key):
    return np.full((128, 128, 4), key % 256, np.uint8)  # finds: eager-load


def generate(keys, batch_size=8):
    get = picture(keys)  # finds: eager-load
    for start in range(0, len(keys), batch_size):
        yield np.stack([get(k) for k in range(start, min(start + batch_size, len(keys)))])
