"""Joins strings of uneven lengths and cuts the result to a length that is written in the code: no number of items."""

import collections
import random

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=16):
    rng, recent = random.Random(3), collections.deque(maxlen=5)
    while True:
        for _ in range(0, len(paths), batch_size):
            parts = [bytes(rng.randrange(40, 4000)) for _ in range(3000)]
            recent.append(parts[::6])
            del parts
            yield np.frombuffer(b"".join(recent[-1]), np.uint8)[:60_000].copy()
