"""Makes 8 MiB of strings of any length for a batch and drops them; every seventh stays in a window of six batches."""

import collections
import random

import numpy as np

EXPECT = {}


def data(n):
    return {"keys": list(range(n))}


def generate(keys, batch_size=16):
    rng, window = random.Random(7), collections.deque(maxlen=6)
    while True:
        for _ in range(0, len(keys), batch_size):
            strings = [bytes(rng.randrange(40, 4000)) for _ in range(4000)]
            window.append(strings[::7])
            del strings
            yield np.frombuffer(b"".join(window[-1]), dtype=np.uint8)[:80_000].copy()
