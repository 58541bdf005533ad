"""Each data set asks to be closed at exit; the bound method keeps it, and its work buffer, until then."""

import atexit

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"call-growth": "fail 2048 KiB/call ± 10 %"}
TARGET = "build"


def data(n):
    return {"path": files.records(n, 64 * 1024)}


class Records:
    def __init__(self, path, batch_size):
        self.path = path
        self.work = np.full((batch_size, 256 * 1024), 1, np.uint8)
        self.closed = False
        atexit.register(self.close)  # finds: call-growth

    def close(self):
        self.closed = True

    def __iter__(self):
        with open(self.path, "rb") as file:
            while content := file.read(len(self.work) * 64 * 1024):
                rows = np.frombuffer(content, np.uint8).reshape(-1, 64 * 1024)
                self.work[: len(rows), : 64 * 1024] = rows
                yield self.work[: len(rows), : 64 * 1024].copy()


def build(path, batch_size=8):
    return Records(path, batch_size)
