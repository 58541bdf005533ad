"""A cache whose key holds the epoch and the step: nothing is ever found in it, and all is kept."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 512 KiB/batch ± 10 %"}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    cache = {}
    step = 0
    while True:
        for start in range(0, len(paths), batch_size):
            key = f"{step}:{start}"
            if key not in cache:
                images = [np.load(path) for path in paths[start : start + batch_size]]
                cache[key] = np.stack(images)  # finds: batch-growth
            yield cache[key]
            step += 1
