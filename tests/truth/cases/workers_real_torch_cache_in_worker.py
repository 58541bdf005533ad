"""Persistent workers keep whatever they have decoded in a dict of the data set, each its own half."""

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from tests.truth.cases.helpers import files

EXPECT = {"unbounded-cache": "fail"}
NEEDS = ["torch"]
TARGET = "loader"


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


class Cached(Dataset):
    def __init__(self, paths):
        self.paths = paths
        self.cache = {}

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        if index not in self.cache:
            self.cache[index] = np.load(self.paths[index]).astype(np.float32)  # finds: unbounded-cache
        return torch.from_numpy(self.cache[index])


def loader(paths, batch_size=8):
    return DataLoader(Cached(paths), batch_size=batch_size, num_workers=2, persistent_workers=True)
