"""Windows of 96 rows over a table that is mapped; fewer rows than a window are no data set."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
TARGET = "Windows"
SMALLEST = 128
GROUND_SIZES = (1024, 8192)
GROUND_INDEX = 256


def data(n):
    return {"path": files.big_array(n, (32, 64))}


class Windows:
    def __init__(self, path, length=96, batch_size=8):
        self.rows = np.load(path, mmap_mode="r")
        self.length = length
        self.batch_size = batch_size

    def __len__(self):
        return max(0, (len(self.rows) - self.length) // self.batch_size)

    def __getitem__(self, index):
        start = index * self.batch_size
        windows = [self.rows[at : at + self.length].astype(np.float32) for at in range(start, start + self.batch_size)]
        return np.stack(windows)
