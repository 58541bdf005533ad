"""Every volume of a folder as one array, with the statistics of a config."""

import glob
import os

import numpy as np

from tests.truth.cases.helpers import files

TARGET = "VolumeSequence"
MEAN, STD = 101.5, 59.25


def data(n):
    return {"folder": files.folder(n)}


class VolumeSequence:
    def __init__(self, folder, batch_size=4):
        names = sorted(glob.glob(os.path.join(folder, "*.npy")))
        self.volumes = np.array([np.load(name) for name in names])
        self.batch_size = batch_size

    def __len__(self):
        return self.volumes.shape[0] // self.batch_size

    def __getitem__(self, idx):
        batch = self.volumes[idx * self.batch_size : (idx + 1) * self.batch_size]
        return (batch.astype("float32") - MEAN) / STD
