"""Opens one memory map per batch and keeps all of them; each holds a descriptor of its file."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"file-leak": "fail"}


def data(n):
    return {"path": files.big_array(n)}


def generate(path, batch_size=16):
    count = len(np.load(path, mmap_mode="r"))
    maps = []
    while True:
        for start in range(0, count, batch_size):
            mapped = np.load(path, mmap_mode="r")  # finds: file-leak
            maps.append(mapped)  # finds: file-leak
            yield np.array(mapped[start : start + batch_size])
