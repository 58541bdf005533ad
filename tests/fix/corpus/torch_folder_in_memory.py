"""An image folder that decodes all of it in the constructor, "it fits into RAM"."""

import numpy as np
import torch
from torch.utils.data import Dataset

from tests.truth.cases.helpers import files

NEEDS = ["torch"]
TARGET = "InMemoryFolder"


def data(n):
    return {"paths": files.arrays(n), "targets": [k % 10 for k in range(n)]}


class InMemoryFolder(Dataset):
    def __init__(self, paths, targets, transform=None):
        self.targets = targets
        self.transform = transform
        self.samples = []
        for path in paths:
            img = np.load(path)
            img = torch.from_numpy(img).permute(2, 0, 1)
            self.samples.append(img)

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        img = self.samples[index].float() / 255
        if self.transform is not None:
            img = self.transform(img)
        return img, self.targets[index]
