"""A script makes its loader when it is imported, over files that are read when they are asked for."""

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from tests.truth.cases.helpers import files

EXPECT = {}
NEEDS = ["torch"]
TARGET = "loader"


class Images(Dataset):
    def __init__(self, paths):
        self.paths = paths

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        return torch.from_numpy(np.load(self.paths[index])), index % 10


train = Images(files.arrays(800))
loader = DataLoader(train, batch_size=16, shuffle=True)
