"""Two workers of a loader load every file each before their first item, and serve every second one."""

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail", "worker-duplication": "fail"}
ALSO_RIGHT = [{"worker-duplication": "fail"}]
NEEDS = ["torch"]
TARGET = "loader"


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


class Everything(IterableDataset):
    def __init__(self, paths):
        self.paths = paths

    def __iter__(self):
        worker = get_worker_info()
        images = [np.load(path) for path in self.paths]  # finds: eager-load, worker-duplication
        while True:
            for image in images[worker.id :: worker.num_workers]:
                yield torch.from_numpy(image)


def loader(paths, batch_size=16):
    return DataLoader(Everything(paths), batch_size=batch_size, num_workers=2)
