"""Every batch is in a reference cycle: garbage of many MiB stands until the collector comes, but it comes."""

import numpy as np

EXPECT = {"cyclic-garbage": "fail"}


class Step:
    """Points at itself through its callback, as objects with bound methods do."""

    def __init__(self, pixels, keys):
        self.pixels = pixels
        self.callbacks = [self.finish]
        self.log = [[key, "read"] for key in keys]

    def finish(self):
        self.pixels = None


def data(n):
    return {"keys": list(range(n))}


def generate(keys, batch_size=8):
    while True:
        for start in range(0, len(keys), batch_size):
            chosen = keys[start : start + batch_size]
            step = Step(np.stack([np.full((256, 256, 3), key % 256, np.uint8) for key in chosen]), chosen)
            yield step.pixels.copy()
