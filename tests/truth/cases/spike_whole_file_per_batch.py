"""Loads the whole file for every batch, cuts the batch out and drops the rest."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-spike": "fail"}
TARGET = "FileSequence"


def data(n):
    return {"path": files.big_array(n)}


class FileSequence:
    def __init__(self, path, batch_size=16):
        self.path = path
        self.batch_size = batch_size
        self.count = len(np.load(path, mmap_mode="r"))

    def __len__(self):
        return -(-self.count // self.batch_size)

    def __getitem__(self, index):
        images = np.load(self.path)  # finds: batch-spike
        return images[index * self.batch_size : (index + 1) * self.batch_size].copy()
