"""Cuts windows of joined recordings, and keeps what is left over: a batch has more numbers than there are files."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
TARGET = "windows"


def data(n):
    return {"paths": files.arrays(n, (16_000,))}


def windows(paths, length=4_000):
    rest = np.empty(0, np.float32)
    for path in paths:
        rest = np.concatenate([rest, np.load(path).astype(np.float32)])
        while length <= len(rest):
            yield rest[:length].copy()
            rest = rest[length:].copy()
