"""Lists 24 crops of each image as (path, row, column), 3 KiB an image; the pixels are read late."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
TARGET = "Crops"
GROUND_INDEX = 4 * 1024


def data(n):
    return {"paths": files.arrays(n)}


class Crops:
    def __init__(self, paths, batch_size=24):
        self.crops = [(path, row, column) for path in paths for row in range(0, 96, 24) for column in range(0, 96, 16)]
        self.batch_size = batch_size

    def __len__(self):
        return len(self.crops) // self.batch_size

    def __getitem__(self, index):
        batch = []
        for path, row, column in self.crops[index * self.batch_size : (index + 1) * self.batch_size]:
            batch.append(np.load(path, mmap_mode="r")[row : row + 32, column : column + 32].astype(np.float32))
        return np.stack(batch)
