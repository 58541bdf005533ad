"""The cache holds its pictures by weak references, so they go when their batch goes."""

import weakref

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


class Picture:
    def __init__(self, pixels):
        self.pixels = pixels


class PictureStore:
    def __init__(self):
        self._alive = weakref.WeakValueDictionary()

    def __getitem__(self, path):
        picture = self._alive.get(path)
        if picture is None:
            picture = self._alive[path] = Picture(np.load(path))
        return picture


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    store = PictureStore()
    for start in range(0, len(paths), batch_size):
        pictures = [store[path] for path in paths[start : start + batch_size]]
        yield np.stack([picture.pixels for picture in pictures])
