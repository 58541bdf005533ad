"""A weighted sampler holds a number for each item; the items are decoded in two workers."""

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, WeightedRandomSampler

from tests.truth.cases.helpers import files

EXPECT = {}
NEEDS = ["torch"]
TARGET = "loader"


def data(n):
    return {"paths": files.arrays(n), "labels": [k % 7 for k in range(n)]}


class Images(Dataset):
    def __init__(self, paths, labels):
        self.items = list(zip(paths, labels, strict=True))
        self.by_label = {}
        for at, label in enumerate(labels):
            self.by_label.setdefault(label, []).append(at)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        path, label = self.items[index]
        return torch.from_numpy(np.load(path)), label


def loader(paths, labels, batch_size=16):
    images = Images(paths, labels)
    weights = torch.zeros(len(labels), dtype=torch.float64)
    for members in images.by_label.values():
        weights[members] = 1 / len(members)
    sampler = WeightedRandomSampler(weights, len(labels))
    return DataLoader(images, batch_size=batch_size, sampler=sampler, num_workers=2)
