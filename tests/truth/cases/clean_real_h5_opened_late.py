"""Opens the HDF5 file at the first batch and keeps it open; a batch reads its rows in sorted order."""

import h5py
import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
NEEDS = ["h5py"]
TARGET = "Rows"


def data(n):
    return {"path": files.hdf5(n)}


class Rows:
    def __init__(self, path, batch_size=16):
        self.path = path
        self.batch_size = batch_size
        self.file = None
        with h5py.File(path, "r") as file:
            self.count = len(file["images"])
        self.order = np.random.default_rng(2).permutation(self.count)

    def __len__(self):
        return -(-self.count // self.batch_size)

    def __getitem__(self, index):
        if self.file is None:
            self.file = h5py.File(self.path, "r")
        chosen = np.sort(self.order[index * self.batch_size : (index + 1) * self.batch_size])
        return self.file["images"][chosen].astype(np.float32) / 255
