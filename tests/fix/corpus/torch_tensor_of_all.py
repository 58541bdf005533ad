"""All images in one tensor, made by ``torch.stack``."""

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

from tests.truth.cases.helpers import files

NEEDS = ["torch"]
TARGET = "build"


def data(n):
    return {"files_": files.arrays(n, (64, 64, 4))}


def build(files_, batch_size=16):
    images = torch.stack([torch.from_numpy(np.load(f)) for f in files_])
    labels = torch.arange(len(files_)) % 10
    return DataLoader(TensorDataset(images, labels), batch_size=batch_size)
