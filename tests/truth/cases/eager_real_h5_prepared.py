"""``prepare``, called by the first batch, copies an HDF5 data set into a dict of arrays by row."""

import h5py
import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 16 KiB/item ± 5 %"}
NEEDS = ["h5py"]
TARGET = "Patients"


def data(n):
    return {"path": files.hdf5(n)}


class Patients:
    def __init__(self, path, batch_size=16):
        self.path = path
        self.batch_size = batch_size
        self.scans = None

    def prepare(self):
        scans = {}
        with h5py.File(self.path, "r") as file:
            for number in range(len(file["images"])):
                scans[f"patient-{number}"] = file["images"][number]  # finds: eager-load
        self.scans = scans  # finds: eager-load

    def __iter__(self):
        if self.scans is None:
            self.prepare()
        names = list(self.scans)
        for start in range(0, len(names), self.batch_size):
            yield np.stack([self.scans[name] for name in names[start : start + self.batch_size]])
