"""A map-style data set over the lines of a file: it keeps where each begins, and reads one when it is asked for it.

An item is a vector by itself, whose length is written nowhere that counts batches.
"""

import os

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
TARGET = "Lines"
RECORD = 400


def data(n):
    return {"path": files.records(n, RECORD)}


class Lines:
    def __init__(self, path, width=256):
        self.file = open(path, "rb")
        self.width = width
        self.starts = [k * RECORD for k in range(os.path.getsize(path) // RECORD)]

    def __len__(self):
        return len(self.starts)

    def __getitem__(self, number):
        self.file.seek(self.starts[number])
        return np.frombuffer(self.file.read(self.width), dtype=np.uint8).astype(np.int64)
