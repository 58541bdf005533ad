"""``map`` keeps its result by the function's identity; every epoch brings a new lambda, and so a new table."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail", "epoch-growth": "fail"}
ALSO_RIGHT = [{"epoch-growth": "fail"}]
TARGET = "Training"


def data(n):
    return {"path": files.big_array(n)}


class Table:
    def __init__(self, rows):
        self.rows = rows
        self.results = {}

    def map(self, function):
        if function not in self.results:
            mapped = np.stack([function(row) for row in self.rows])
            self.results[function] = mapped  # finds: epoch-growth, eager-load
        return self.results[function]


class Training:
    def __init__(self, path, batch_size=16):
        self.table = Table(np.load(path, mmap_mode="r"))
        self.batch_size = batch_size
        self.epoch = 0

    def __iter__(self):
        self.epoch += 1
        noise = np.random.default_rng(self.epoch).integers(0, 9, (64, 64, 1), dtype=np.uint8)
        rows = self.table.map(lambda row: row + noise)
        for start in range(0, len(rows), self.batch_size):
            yield rows[start : start + self.batch_size].copy()
