"""Keeps a report of 1 MiB at the end of every epoch; within an epoch nothing grows."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"epoch-growth": "fail"}
TARGET = "Reported"


def data(n):
    return {"x_set": files.arrays(n)}


class Reported:
    def __init__(self, x_set, batch_size=8):
        self.x_set, self.batch_size = x_set, batch_size
        self.reports = []

    def __len__(self):
        return -(-len(self.x_set) // self.batch_size)

    def __getitem__(self, idx):
        return np.stack([np.load(path) for path in self.x_set[idx * self.batch_size : (idx + 1) * self.batch_size]])

    def on_epoch_end(self):
        self.reports.append(np.full((512, 512), len(self.reports), np.float32))  # finds: epoch-growth
