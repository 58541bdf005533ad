"""An array of all images becomes a copy in float32 in the constructor."""

import numpy as np

from tests.truth.cases.helpers import files

TARGET = "ArrayIterator"


def data(n):
    return {"x": np.load(files.big_array(n), mmap_mode="r"), "y": np.arange(n)}


class ArrayIterator:
    def __init__(self, x, y, batch_size=16):
        self.x = np.asarray(x, dtype=np.float32)
        self.y = y
        self.batch_size = batch_size

    def __len__(self):
        return int(np.ceil(len(self.y) / self.batch_size))

    def __getitem__(self, i):
        s = slice(i * self.batch_size, (i + 1) * self.batch_size)
        return self.x[s] / 255.0, self.y[s]
