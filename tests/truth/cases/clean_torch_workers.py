"""The everyday torch DataLoader: two workers, started again for each epoch, make each item when it is asked for."""

import torch
from torch.utils.data import DataLoader, Dataset

EXPECT = {}
NEEDS = ["torch"]


def data(n):
    return {"length": n}


class Noise(Dataset):
    def __init__(self, length):
        self.length = length

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        return torch.rand(3, 64, 64, generator=torch.Generator().manual_seed(index)), index % 10


def generate(length, batch_size=16):
    return DataLoader(Noise(length), batch_size=batch_size, shuffle=True, num_workers=2)
