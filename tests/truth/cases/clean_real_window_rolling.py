"""Rolls a window of 64 rows over a table that is read row by row; the window is all that is held."""

import collections
import csv

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
SMALLEST = 128
GROUND_SIZES = (1024, 8192)
GROUND_INDEX = 256


def data(n):
    return {"path": files.csv_table(n, 256)}


def windows(path, length):
    window = collections.deque(maxlen=length)
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        next(rows)
        for row in rows:
            window.append(np.array(row, dtype=np.float32))
            if len(window) == length:
                yield np.stack(window)


def generate(path, batch_size=4, length=64):
    batch = []
    for window in windows(path, length):
        batch.append(window)
        if len(batch) == batch_size:
            yield np.stack(batch)
            batch = []
