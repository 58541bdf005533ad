"""Keeps the batches it served, for a callback that looks at hard examples some day."""

import numpy as np

from tests.truth.cases.helpers import files

TARGET = "HardExampleSequence"


def data(n):
    return {"x_paths": files.arrays(n), "y": [float(k % 2) for k in range(n)]}


class HardExampleSequence:
    def __init__(self, x_paths, y, batch_size=8):
        self.x_paths, self.y = x_paths, np.asarray(y)
        self.batch_size = batch_size
        self.served = []

    def __len__(self):
        return int(np.ceil(len(self.x_paths) / float(self.batch_size)))

    def __getitem__(self, idx):
        batch_x = self.x_paths[idx * self.batch_size : (idx + 1) * self.batch_size]
        batch_y = self.y[idx * self.batch_size : (idx + 1) * self.batch_size]
        x = np.array([np.load(name) for name in batch_x])
        self.served.append((idx, x, batch_y))
        return x, batch_y
