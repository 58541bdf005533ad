"""Cuts windows of joined recordings, and never lets go of what it has yielded: a batch is a window, not many items."""

import numpy as np

from tests.truth.cases.helpers import files

# It keeps the whole epoch, and lets go of it at its end.
EXPECT = {"unbounded-cache": "fail"}
ALSO_RIGHT = [
    {"batch-growth": "fail"},
    # What is joined is copied as a whole for a moment.
    {"unbounded-cache": "fail", "batch-spike": "fail"},
]
TARGET = "windows"


def data(n):
    return {"paths": files.arrays(n, (16_000,))}


def windows(paths, length=4_000):
    joined, at = np.empty(0, np.float32), 0
    for path in paths:
        joined = np.concatenate(
            [joined, np.load(path).astype(np.float32)]
        )  # finds: unbounded-cache, batch-growth, batch-spike
        while at + length <= len(joined):
            yield joined[at : at + length].copy()
            at += length
