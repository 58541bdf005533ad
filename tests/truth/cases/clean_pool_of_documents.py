"""A pool of 120 documents whose lengths differ up to six times: how much it holds is chance, at any size of data."""

import random

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    rng = random.Random(len(paths))
    pool, rows = [], []
    while True:
        for path in rng.sample(paths, len(paths)):
            document = np.load(path).ravel()[: 1024 * rng.randrange(8, 48)].copy()
            if len(pool) < 120:
                pool.append(document)
                continue
            at = rng.randrange(120)
            document, pool[at] = pool[at], document
            rows.append(np.resize(document, 32 * 1024))
            if len(rows) == batch_size:
                yield np.stack(rows)
                rows = []
