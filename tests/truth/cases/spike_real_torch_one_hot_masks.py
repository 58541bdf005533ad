"""Collating makes a one-hot float copy of the masks with 32 classes, only to sum it up into one frequency for each."""

import numpy as np
import torch
from torch.nn.functional import one_hot
from torch.utils.data import DataLoader, Dataset

from tests.truth.cases.helpers import files

EXPECT = {"batch-spike": "fail"}
NEEDS = ["torch"]
TARGET = "loader"


def data(n):
    return {"paths": files.arrays(n, (256, 256, 1))}


class Masks(Dataset):
    def __init__(self, paths):
        self.paths = paths

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        return torch.from_numpy(np.load(self.paths[index])[..., 0] % 32)


def collate(items):
    masks = torch.stack(items)
    frequencies = one_hot(masks.long(), 32).float().mean(dim=(0, 1, 2))  # finds: batch-spike
    return masks, frequencies


def loader(paths, batch_size=8):
    return DataLoader(Masks(paths), batch_size=batch_size, collate_fn=collate)
