"""A cache in the data set, which each worker has for itself."""
import tempfile
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset


class CachedSlices(Dataset):
    def __init__(self, files):
        self.files = files
        self.cache = {}

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        if i not in self.cache:
            self.cache[i] = np.load(self.files[i]).astype(np.float32)
        return torch.from_numpy(self.cache[i]), i % 3


def main():
    folder = Path(tempfile.mkdtemp())
    files = []
    for i in range(320):
        files.append(folder / f"slice{i}.npy")
        np.save(files[-1], np.random.randint(0, 1000, (1, 96, 96), dtype=np.int16))

    loader = DataLoader(
        CachedSlices(files), batch_size=16, shuffle=True, num_workers=2, persistent_workers=True, prefetch_factor=2
    )
    net = nn.Sequential(nn.Conv2d(1, 4, 5, stride=4), nn.Flatten(), nn.LazyLinear(3))
    opt = torch.optim.Adam([p for p in net.parameters() if not isinstance(p, nn.UninitializedParameter)])
    for epoch in range(3):
        for x, y in loader:
            opt.zero_grad()
            F.cross_entropy(net(x), y).backward()
            opt.step()


if __name__ == "__main__":
    main()
