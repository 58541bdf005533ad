"""A collate object remembers every batch that it has put together, for statistics that nobody reads."""

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 256 KiB/batch ± 10 %"}
NEEDS = ["torch"]
TARGET = "loader"


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


class Images(Dataset):
    def __init__(self, paths):
        self.paths = paths

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        return torch.from_numpy(np.load(self.paths[index]))


class Collate:
    def __init__(self):
        self.seen = []

    def __call__(self, items):
        batch = torch.stack(items)
        self.seen.append(batch)  # finds: batch-growth
        return batch.float() / 255


def loader(paths, batch_size=16):
    return DataLoader(Images(paths), batch_size=batch_size, collate_fn=Collate())
