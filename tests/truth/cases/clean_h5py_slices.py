"""Cuts batches out of an HDF5 data set; only the library's chunk cache of fixed size stays."""

import h5py

from tests.truth.cases.helpers import files

EXPECT = {}
NEEDS = ["h5py"]


def data(n):
    return {"path": files.hdf5(n)}


def generate(path, batch_size=16):
    with h5py.File(path, "r") as file:
        images = file["images"]
        while True:
            for start in range(0, len(images), batch_size):
                yield images[start : start + batch_size]
