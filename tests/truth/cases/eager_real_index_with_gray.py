"""The index of a data set has the path, the label, and a gray copy of each image: a quarter of the data is held."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 16 KiB/item ± 8 %"}
ALSO_RIGHT = [{"eager-init": "fail"}, {"eager-load": "fail", "eager-init": "fail"}]
TARGET = "Images"


def data(n):
    return {"paths": files.arrays(n)}


class Images:
    def __init__(self, paths, batch_size=8):
        self.index = []
        self.batch_size = batch_size
        for number, path in enumerate(paths):
            gray = np.load(path).mean(axis=2).astype(np.uint8)
            self.index.append((path, number % 10, gray))  # finds: eager-load, eager-init

    def __len__(self):
        return -(-len(self.index) // self.batch_size)

    def __getitem__(self, index):
        chosen = self.index[index * self.batch_size : (index + 1) * self.batch_size]
        return np.stack([np.load(path) for path, _, _ in chosen]), np.stack([gray for _, _, gray in chosen])
