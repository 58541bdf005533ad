"""Draws items of an HDF5 file through a chunk cache of 4 MiB; a number says how many, and the file has 16 MiB."""

import h5py
import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
NEEDS = ["h5py"]
OPTIONS = {"dataset": "count"}
TARGET = "Draws"
PATH = files.hdf5(4096, (32, 32, 4))


class Draws:
    def __init__(self, path=PATH, count=3200, batch_size=16):
        self.path = path
        self.count = count
        self.batch_size = batch_size

    def __len__(self):
        return self.count // self.batch_size

    def __iter__(self):
        rng = np.random.default_rng(3)
        with h5py.File(self.path, "r", rdcc_nbytes=4 << 20) as file:
            images = file["images"]
            for _ in range(len(self)):
                yield np.stack([images[i] for i in rng.integers(0, len(images), self.batch_size)])
