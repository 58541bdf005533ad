"""A collate function that keeps what it has stacked in a global, from a debugging session long ago."""

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from tests.truth.cases.helpers import files

NEEDS = ["torch"]
TARGET = "make_loader"
DEBUG_BATCHES = []


def data(n):
    return {"npy_files": files.arrays(n)}


class NpyDataset(Dataset):
    def __init__(self, npy_files):
        self.npy_files = npy_files

    def __len__(self):
        return len(self.npy_files)

    def __getitem__(self, i):
        return torch.as_tensor(np.load(self.npy_files[i]))


def collate(items):
    batch = torch.stack(items, 0)
    DEBUG_BATCHES.append(batch)
    return batch


def make_loader(npy_files, bs=8):
    return DataLoader(NpyDataset(npy_files), batch_size=bs, collate_fn=collate)
