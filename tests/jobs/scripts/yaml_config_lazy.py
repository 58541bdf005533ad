"""A config of dataclasses that is read from YAML, as with Hydra; pictures are read when they are needed."""
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import yaml
from torch.utils.data import DataLoader, Dataset


@dataclass
class DataConfig:
    n_images: int = 300
    size: int = 64
    batch_size: int = 16
    num_workers: int = 0


@dataclass
class Config:
    data: DataConfig = field(default_factory=DataConfig)
    lr: float = 1e-3
    epochs: int = 2


def load_config(words):
    cfg = Config()
    given = yaml.safe_load("data: {batch_size: 12}\nlr: 0.01")
    for key, value in given["data"].items():
        setattr(cfg.data, key, value)
    for word in words:
        key, _, value = word.partition("=")
        section, _, name = key.rpartition(".")
        setattr(getattr(cfg, section) if section else cfg, name, yaml.safe_load(value))
    return cfg


class Lazy(Dataset):
    def __init__(self, root):
        self.paths = sorted(Path(root).glob("*.npy"))

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, i):
        return torch.from_numpy(np.load(self.paths[i])).float().div(255)


def main(cfg):
    root = Path(tempfile.mkdtemp())
    for i in range(cfg.data.n_images):
        np.save(root / f"{i:04}.npy", np.random.randint(0, 255, (3, cfg.data.size, cfg.data.size), dtype="uint8"))
    loader = DataLoader(
        Lazy(root), batch_size=cfg.data.batch_size, num_workers=cfg.data.num_workers, shuffle=True, drop_last=True
    )
    auto = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3, padding=1), torch.nn.Conv2d(4, 3, 3, padding=1))
    opt = torch.optim.Adam(auto.parameters(), lr=cfg.lr)
    for epoch in range(cfg.epochs):
        for x in loader:
            loss = ((auto(x) - x) ** 2).mean()
            loss.backward()
            opt.step()
            opt.zero_grad(set_to_none=True)


if __name__ == "__main__":
    main(load_config(sys.argv[1:]))
