"""A data set with a cache by path, asked with ``get``."""

import numpy as np

from tests.truth.cases.helpers import files

TARGET = "CacheDataset"


def data(n):
    return {"img_paths": files.arrays(n)}


class BaseDataset:
    def __init__(self, img_paths, batch_size=8):
        self.img_paths = img_paths
        self.batch_size = batch_size
        self.cache = {}

    def __len__(self):
        return -(-len(self.img_paths) // self.batch_size)


class CacheDataset(BaseDataset):
    def __getitem__(self, index):
        paths = self.img_paths[index * self.batch_size : (index + 1) * self.batch_size]
        return np.stack([self.imread_cache(path) for path in paths])

    def imread_cache(self, path):
        img = self.cache.get(path, None)
        if img is None:
            img = np.load(path)
            img = img[..., ::-1].copy()
            self.cache[path] = img
        return img
