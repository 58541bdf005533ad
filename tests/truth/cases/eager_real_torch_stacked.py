"""A map-style data set decodes all files into one tensor in its constructor."""

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}
ALSO_RIGHT = [{"eager-init": "fail"}, {"eager-load": "fail", "eager-init": "fail"}]
NEEDS = ["torch"]
TARGET = "loader"


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


class Images(Dataset):
    def __init__(self, paths):
        self.images = torch.stack(
            [torch.from_numpy(np.load(path)).float() for path in paths]
        )  # finds: eager-load, eager-init

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.images[index] / 255


def loader(paths, batch_size=16):
    return DataLoader(Images(paths), batch_size=batch_size, shuffle=True)
