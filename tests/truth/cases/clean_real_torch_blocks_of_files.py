"""Two workers read blocks of 240 raw files by their offset: few files, of many blocks each, are all that there is."""

import os

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from tests.truth.cases.helpers import media

EXPECT = {}
NEEDS = ["torch"]
TARGET = "loader"
OPTIONS = {"items": 240}
BLOCK = 4096


def data(n):
    return {"paths": media.volumes(n, (24, 64, 64))}


class Blocks(Dataset):
    def __init__(self, paths):
        self.paths = paths
        self.ends = np.cumsum([os.path.getsize(path) // (2 * BLOCK) for path in paths])

    def __len__(self):
        return int(self.ends[-1])

    def __getitem__(self, index):
        number = int(np.searchsorted(self.ends, index, side="right"))
        first = index - (int(self.ends[number - 1]) if number else 0)
        return torch.from_numpy(np.fromfile(self.paths[number], np.int16, BLOCK, offset=2 * BLOCK * first))


def loader(paths, batch_size=16):
    return DataLoader(Blocks(paths), batch_size=batch_size, shuffle=True, num_workers=2, persistent_workers=True)
