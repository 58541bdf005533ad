"""An iterable data set shares its shards out among two workers and holds one shard in each."""

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from tests.truth.cases.helpers import files

EXPECT = {}
NEEDS = ["torch"]
TARGET = "loader"


def data(n):
    return {"shards": files.shards(n, 32, (64, 64, 4))}


class Shards(IterableDataset):
    def __init__(self, shards):
        self.shards = shards

    def __iter__(self):
        worker = get_worker_info()
        number, workers = (worker.id, worker.num_workers) if worker else (0, 1)
        for path in self.shards[number::workers]:
            for row in np.load(path):
                yield torch.from_numpy(row.copy())


def loader(shards, batch_size=16):
    return DataLoader(Shards(shards), batch_size=batch_size, num_workers=2)
