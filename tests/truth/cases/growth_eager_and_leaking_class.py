"""A constructor that loads all, and a ``__getitem__`` that notes each batch by epoch and index."""

import numpy as np

from tests.truth.cases.helpers import files, store

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %", "batch-growth": "fail 512 KiB/batch ± 10 %"}
ALSO_RIGHT = [
    {"eager-init": "fail", "batch-growth": "fail"},
    {"eager-load": "fail", "eager-init": "fail", "batch-growth": "fail"},
]
SOURCES = ["helpers/store.py"]
TARGET = "Both"


def data(n):
    return {"paths": files.arrays(n)}


class Both:
    def __init__(self, paths, batch_size=8):
        self.images = np.stack(store.load_all(paths))  # finds: eager-load, eager-init
        self.batch_size = batch_size
        self.epoch = 0
        self.seen = {}

    def __len__(self):
        return -(-len(self.images) // self.batch_size)

    def __getitem__(self, index):
        batch = self.images[index * self.batch_size : (index + 1) * self.batch_size].copy()  # finds: batch-growth
        self.seen[self.epoch, index] = batch  # finds: batch-growth
        return batch

    def on_epoch_end(self):
        self.epoch += 1
