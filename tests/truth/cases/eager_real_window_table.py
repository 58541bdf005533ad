"""Windows of 96 rows over a table that is parsed whole; fewer rows than a window are no data set."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail"}
ALSO_RIGHT = [
    {"eager-init": "fail"},
    {"eager-load": "fail", "eager-init": "fail"},
    {"eager-load": "fail", "whole-file-read": "fail"},
    {"whole-file-read": "fail"},
]
TARGET = "Windows"
SMALLEST = 128
OPTIONS = {"items": 2000}


def data(n):
    return {"path": files.csv_table(n, 256)}


class Windows:
    def __init__(self, path, length=96, batch_size=8):
        self.rows = np.loadtxt(path, delimiter=",", skiprows=1)  # finds: eager-load, eager-init, whole-file-read
        self.length = length
        self.batch_size = batch_size

    def __len__(self):
        return max(0, (len(self.rows) - self.length) // self.batch_size)

    def __getitem__(self, index):
        start = index * self.batch_size
        return np.stack([self.rows[at : at + self.length, :8] for at in range(start, start + self.batch_size)])
