"""``lru_cache(maxsize=None)`` on a function of path and random seed: the seed is new each time."""

from functools import cache

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 256 KiB/batch ± 10 %"}


def data(n):
    return {"paths": files.arrays(n)}


@cache  # finds: batch-growth
def augmented(path, seed):
    rng = np.random.default_rng(seed)
    image = np.load(path)
    return np.roll(image, int(rng.integers(128)), axis=1)  # finds: batch-growth


def generate(paths, batch_size=4):
    rng = np.random.default_rng()
    while True:
        for start in range(0, len(paths), batch_size):
            seeds = rng.integers(2**60, size=batch_size)
            chosen = zip(paths[start : start + batch_size], seeds.tolist())
            yield np.stack([augmented(path, seed) for path, seed in chosen])  # finds: batch-growth
