"""Memory-maps the file and then shuffles it by fancy indexing, which copies all of it."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 16 KiB/item ± 5 %"}


def data(n):
    return {"path": files.big_array(n)}


def generate(path, batch_size=16):
    mapped = np.load(path, mmap_mode="r")
    for _ in range(1000):
        images = mapped[np.random.permutation(len(mapped))]  # finds: eager-load
        for start in range(0, len(images), batch_size):
            yield images[start : start + batch_size]
        del images
