"""A store of records like LMDB: one mapped file, keys with offsets, and the 64 records that were decoded last."""

import functools
import mmap
import os

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
TARGET = "Batches"
RECORD = 16 * 1024


def data(n):
    return {"path": files.records(n, RECORD)}


class Store:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.offsets = {f"{k:08d}".encode(): k * RECORD for k in range(os.path.getsize(path) // RECORD)}
        self.get = functools.lru_cache(maxsize=64)(self.decode)

    def decode(self, key):
        at = self.offsets[key]
        return np.frombuffer(self.pages[at : at + RECORD], np.uint8).astype(np.float32)


class Batches:
    def __init__(self, path, batch_size=8):
        self.store = Store(path)
        self.keys = sorted(self.store.offsets)
        self.batch_size = batch_size

    def __iter__(self):
        for start in range(0, len(self.keys), self.batch_size):
            yield np.stack([self.store.get(key) for key in self.keys[start : start + self.batch_size]])
