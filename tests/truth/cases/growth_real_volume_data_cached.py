"""Volumes keep their float data once it was asked for; the data set keeps the volumes."""

import numpy as np

from tests.truth.cases.helpers import media

EXPECT = {"unbounded-cache": "fail 256 KiB/item ± 5 %"}
TARGET = "Patients"
SHAPE = (16, 64, 64)


def data(n):
    return {"paths": media.volumes(n, SHAPE)}


class Volume:
    def __init__(self, path):
        self.path = path
        self._data = None

    def get_data(self, caching="fill"):
        if self._data is not None:
            return self._data
        values = np.fromfile(self.path, np.int16).reshape(SHAPE).astype(np.float32)
        if caching == "fill":
            self._data = values  # finds: unbounded-cache
        return values


class Patients:
    def __init__(self, paths, batch_size=4):
        self.volumes = [Volume(path) for path in paths]
        self.batch_size = batch_size

    def __len__(self):
        return -(-len(self.volumes) // self.batch_size)

    def __getitem__(self, index):
        chosen = self.volumes[index * self.batch_size : (index + 1) * self.batch_size]
        return np.stack([volume.get_data() for volume in chosen])
