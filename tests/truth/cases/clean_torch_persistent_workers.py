"""Two torch workers live on over all epochs, and read pictures from a list of paths."""

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from tests.truth.cases.helpers import files

EXPECT = {}
NEEDS = ["torch"]


def data(n):
    return {"paths": files.jpegs(n)}


class Folder(Dataset):
    def __init__(self, paths):
        self.paths = list(paths)

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        with Image.open(self.paths[index]) as image:
            pixels = np.array(image, dtype=np.float32)
        return torch.from_numpy(pixels).permute(2, 0, 1) / 255.0


def generate(paths, batch_size=16):
    return DataLoader(Folder(paths), batch_size=batch_size, num_workers=2, persistent_workers=True, prefetch_factor=2)
