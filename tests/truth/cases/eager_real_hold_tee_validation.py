"""Splits decoded images with ``tee`` into training and validation; the check of all of training buffers validation."""

import itertools

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}
TARGET = "Split"


def data(n):
    return {"paths": files.arrays(n)}


class Split:
    def __init__(self, paths, batch_size=8):
        self.paths = paths
        self.batch_size = batch_size

    def __iter__(self):
        images = (np.load(path) for path in self.paths)
        self.training, self.checked = itertools.tee(images)  # finds: eager-load
        broken = sum(image.shape != (128, 128, 4) for image in self.checked)
        if broken:
            raise ValueError(f"{broken} images are broken")
        while batch := list(itertools.islice(self.training, self.batch_size)):
            yield np.stack(batch)
