"""Lists a folder of 200 files itself and loads as many as it is told: only its epochs tell how many there are."""

import os

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}


def data(n):
    return {"first": files.arrays(200)[0], "limit": n}


def generate(first, limit, batch_size=16):
    folder = os.path.dirname(first)
    names = sorted(os.listdir(folder))[:200][:limit]
    images = [np.load(os.path.join(folder, name)) for name in names]  # finds: eager-load
    for start in range(0, len(images), batch_size):
        yield np.stack(images[start : start + batch_size])
