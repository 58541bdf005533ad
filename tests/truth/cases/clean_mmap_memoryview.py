"""Cuts memory views out of a mapped file and makes arrays over them, without a copy until the batch is stacked."""

import mmap

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
RECORD = 32 * 1024


def data(n):
    return {"path": files.records(n, RECORD)}


class MappedRecords:
    def __init__(self, path, batch_size=8):
        self._file = open(path, "rb")
        self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        self._view = memoryview(self._map)
        self._batch_size = batch_size

    def __len__(self):
        return -(-len(self._view) // (RECORD * self._batch_size))

    def __getitem__(self, index):
        first = index * self._batch_size * RECORD
        if not 0 <= first < len(self._view):
            raise IndexError(index)
        part = self._view[first : first + self._batch_size * RECORD]
        return np.stack([np.frombuffer(part[at : at + RECORD], np.uint8) for at in range(0, len(part), RECORD)])


TARGET = "MappedRecords"
