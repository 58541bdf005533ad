"""A script makes its data set and its loader when it is imported; nothing of it can be made smaller from outside."""

import torch
from torch.utils.data import DataLoader, TensorDataset

EXPECT = {"eager-load": "fail"}
NEEDS = ["torch"]
TARGET = "loader"
ITEMS = 800

images = torch.rand(ITEMS, 3, 64, 64)  # finds: eager-load
labels = torch.arange(ITEMS) % 10
train = TensorDataset(images, labels)  # finds: eager-load
loader = DataLoader(train, batch_size=16, shuffle=True)  # finds: eager-load
