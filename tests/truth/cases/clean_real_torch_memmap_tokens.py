"""Random windows of a token file that is mapped anew for every batch, as small language models are trained."""

import os

import numpy as np
import torch

from tests.truth.cases.helpers import files

EXPECT = {}
NEEDS = ["torch"]
TARGET = "Windows"


def data(n):
    return {"path": files.records(n, 16 * 1024)}


class Windows:
    def __init__(self, path, batch_size=16, block=1024):
        self.path = path
        self.batch_size = batch_size
        self.block = block
        self.length = os.path.getsize(path) // 2

    def __len__(self):
        return self.length // (8192 * self.batch_size)

    def __iter__(self):
        rng = np.random.default_rng(5)
        for _ in range(len(self)):
            tokens = np.memmap(self.path, dtype=np.uint16, mode="r")
            starts = rng.integers(0, self.length - self.block - 1, self.batch_size)
            x = torch.stack([torch.from_numpy(tokens[at : at + self.block].astype(np.int64)) for at in starts])
            y = torch.stack([torch.from_numpy(tokens[at + 1 : at + 1 + self.block].astype(np.int64)) for at in starts])
            yield x, y
