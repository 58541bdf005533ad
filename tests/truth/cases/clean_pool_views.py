"""Yields views of a pool of 12 batches made once, used in turn."""

import numpy as np

EXPECT = {}


def data(n):
    return {"keys": list(range(n))}


class BatchPool:
    def __init__(self, slots, batch_size):
        self.memory = np.full((slots, batch_size, 128, 128, 3), 0, np.uint8)
        self.turn = 0

    def take(self):
        self.turn = (self.turn + 1) % len(self.memory)
        return self.memory[self.turn]


def generate(keys, batch_size=8):
    pool = BatchPool(slots=12, batch_size=batch_size)
    while True:
        for start in range(0, len(keys), batch_size):
            chosen = keys[start : start + batch_size]
            target = pool.take()
            for row, key in zip(target, chosen):
                row[...] = key % 256
            yield target[: len(chosen)]
