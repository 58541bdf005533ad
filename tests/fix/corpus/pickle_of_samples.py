"""A pickle of samples, as many data sets are shipped."""

import pickle

import numpy as np

from tests.truth.cases.helpers import files

TARGET = "PickledDataset"


def data(n):
    path = files.root() / f"corpus-{n}.pkl"
    if not path.exists():
        path.write_bytes(pickle.dumps([bytes([k % 256]) * 16384 for k in range(n)]))
    return {"pkl": str(path)}


class PickledDataset:
    def __init__(self, pkl, batch_size=16):
        with open(pkl, "rb") as f:
            self.samples = pickle.load(f)
        self.batch_size = batch_size

    def __iter__(self):
        for i in range(0, len(self.samples), self.batch_size):
            yield np.array([list(s[:64]) for s in self.samples[i : i + self.batch_size]])
