"""A factory reads every image into a dictionary, and gives them to a data class."""

from dataclasses import dataclass

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail"}
TARGET = "make"


def data(n):
    return {"paths": files.arrays(n)}


@dataclass
class Split:
    batch_size: int
    images: list

    def __len__(self):
        return -(-len(self.images) // self.batch_size)

    def __getitem__(self, index):
        return np.stack(self.images[index * self.batch_size : (index + 1) * self.batch_size])


def make(paths, batch_size=8):
    pool = {}
    for path in paths:
        pool[path] = np.load(path)  # finds: eager-load
    return Split(batch_size, list(pool.values()))  # finds: eager-load
