"""Steps are counted, not epochs: a while loop with an iterator of its own, begun again at its end."""
import os
import tempfile

import h5py
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset


class H5Set(Dataset):
    def __init__(self, path):
        self.path = path
        self.file = None
        with h5py.File(path, "r") as f:
            self.length = len(f["x"])

    def __len__(self):
        return self.length

    def __getitem__(self, i):
        if self.file is None:
            self.file = h5py.File(self.path, "r")
        return torch.from_numpy(self.file["x"][i]), torch.tensor(float(self.file["y"][i]))


def train(model, loader, max_steps=200):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    step = 0
    iterator = iter(loader)
    while step < max_steps:
        try:
            x, y = next(iterator)
        except StopIteration:
            iterator = iter(loader)
            x, y = next(iterator)
        loss = torch.nn.functional.mse_loss(model(x).squeeze(1), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
        if step % 50 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    path = os.path.join(tempfile.mkdtemp(), "train.h5")
    with h5py.File(path, "w") as f:
        f.create_dataset("x", data=np.random.rand(1000, 3000).astype("float32"), chunks=(1, 3000))
        f.create_dataset("y", data=np.random.rand(1000))
    train(torch.nn.Linear(3000, 1), DataLoader(H5Set(path), batch_size=20, shuffle=True))
