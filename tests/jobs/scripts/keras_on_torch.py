"""Keras on torch, with a DataLoader, and statistics that keep the pictures."""
import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import torch
from torch.utils.data import DataLoader, Dataset


class Faces(Dataset):
    def __init__(self, size=600):
        self.size = size
        self.seen = []

    def __len__(self):
        return self.size

    def __getitem__(self, index):
        g = torch.Generator().manual_seed(index)
        image = torch.rand(3, 48, 48, generator=g)
        self.seen.append(image)
        return image, torch.tensor(float(index % 2))

    def mean(self):
        return torch.stack(self.seen).mean()


dataset = Faces()
loader = DataLoader(dataset, batch_size=24, shuffle=True)
model = keras.Sequential([keras.layers.Input((3, 48, 48)), keras.layers.Flatten(), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(1e-3), loss=keras.losses.BinaryCrossentropy(from_logits=True))
model.fit(loader, epochs=4)
print(dataset.mean())
