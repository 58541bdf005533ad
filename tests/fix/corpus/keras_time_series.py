"""Sliding windows over sensor files which are read with ``np.loadtxt`` into a list."""

import numpy as np

from tests.truth.cases.helpers import media

TARGET = "WindowGenerator"


def data(n):
    return {"csv_files": media.table_parts(n)}


class WindowGenerator:
    def __init__(self, csv_files, window=8):
        self.window = window
        self.recordings = []
        for f in csv_files:
            self.recordings.append(np.loadtxt(f, delimiter=",", skiprows=1, dtype=np.float32, ndmin=2))

    def __iter__(self):
        for rec in self.recordings:
            for i in range(0, len(rec) - self.window, self.window):
                yield rec[i : i + self.window]
