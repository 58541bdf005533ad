"""HDF5 images that the constructor reads whole."""

import h5py
import numpy as np

from tests.truth.cases.helpers import files

TARGET = "HDF5Generator"


def data(n):
    return {"h5_path": files.hdf5(n)}


class HDF5Generator:
    def __init__(self, h5_path, batch_size=16):
        f = h5py.File(h5_path, "r")
        self.images = f["images"][:]
        f.close()
        self.batch_size = batch_size
        self.n = len(self.images)

    def __len__(self):
        return int(np.ceil(self.n / self.batch_size))

    def __getitem__(self, i):
        x = self.images[i * self.batch_size : (i + 1) * self.batch_size]
        return x.astype(np.float32) / 255
