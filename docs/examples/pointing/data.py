from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass
class Config:
    root: str
    batch: int = 8
    out: Path = Path()


def batches(cfg: Config):
    paths = sorted(Path(cfg.root).iterdir())
    for at in range(0, len(paths), cfg.batch):
        yield [path.read_bytes() for path in paths[at : at + cfg.batch]]


class Loader:
    def __init__(self, root, batch=8):
        self.config = Config(root, batch)

    def flow(self, scale=1):
        yield from batches(self.config)


def synthetic(n):
    random = np.random.default_rng(0)
    table = random.random((n, 1000))
    while True:
        yield table[random.integers(0, n, 32)]
