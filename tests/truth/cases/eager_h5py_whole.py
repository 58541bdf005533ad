"""Reads the whole HDF5 data set with ``[:]`` and cuts batches out of the array."""

import h5py

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 16 KiB/item ± 5 %"}
NEEDS = ["h5py"]


def data(n):
    return {"path": files.hdf5(n)}


def generate(path, batch_size=16):
    with h5py.File(path, "r") as file:
        images = file["images"][:]  # finds: eager-load
    for start in range(0, len(images), batch_size):
        yield images[start : start + batch_size]
