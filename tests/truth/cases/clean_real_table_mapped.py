"""A table whose columns are mapped from files; a selection is a list of row numbers, shuffled for each epoch."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
TARGET = "Batches"


def data(n):
    return {"pixels": files.big_array(n)}


class Table:
    def __init__(self, columns, rows=None):
        self.columns = columns
        self.rows = np.arange(len(columns["pixels"])) if rows is None else rows

    def select(self, rows):
        return Table(self.columns, self.rows[rows])

    def shuffle(self, rng):
        return self.select(rng.permutation(len(self.rows)))

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, part):
        return {name: np.array(column[self.rows[part]]) for name, column in self.columns.items()}


class Batches:
    def __init__(self, pixels, batch_size=16):
        self.table = Table({"pixels": np.load(pixels, mmap_mode="r")})
        self.batch_size = batch_size
        self.rng = np.random.default_rng(4)

    def __iter__(self):
        table = self.table.shuffle(self.rng)
        for start in range(0, len(table), self.batch_size):
            yield table[start : start + self.batch_size]
