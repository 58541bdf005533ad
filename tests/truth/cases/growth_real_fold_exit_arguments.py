"""Each data set has its buffer flushed at exit; the arguments of the callback are kept until then."""

import atexit

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"call-growth": "fail 2048 KiB/call ± 10 %"}
TARGET = "build"


def data(n):
    return {"path": files.records(n, 64 * 1024)}


def flush(buffer):
    buffer.clear()


class Records:
    def __init__(self, path):
        self.path = path
        self.buffer = [np.full((8, 256 * 1024), 1, np.uint8)]
        atexit.register(flush, self.buffer)  # finds: call-growth

    def __iter__(self):
        with open(self.path, "rb") as file:
            while content := file.read(8 * 64 * 1024):
                yield np.frombuffer(content, np.uint8).reshape(-1, 64 * 1024).copy()


def build(path):
    return Records(path)
