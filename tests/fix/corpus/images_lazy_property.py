"""Decodes when the property is first asked for."""

import numpy as np
from PIL import Image

from tests.truth.cases.helpers import files

TARGET = "PhotoSet"


def data(n):
    return {"paths": files.jpegs(n)}


class PhotoSet:
    def __init__(self, paths, batch_size=8):
        self.paths = paths
        self.batch_size = batch_size
        self._pixels = None

    @property
    def pixels(self):
        if self._pixels is None:
            self._pixels = [np.array(Image.open(p)) for p in self.paths]
        return self._pixels

    def __len__(self):
        return -(-len(self.paths) // self.batch_size)

    def __getitem__(self, idx):
        return np.stack(self.pixels[idx * self.batch_size : (idx + 1) * self.batch_size])
