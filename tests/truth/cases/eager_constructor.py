"""A Keras-like sequence reads everything in its constructor."""

import math

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}
ALSO_RIGHT = [{"eager-init": "fail"}, {"eager-load": "fail", "eager-init": "fail"}]
TARGET = "ImageSequence"


def data(n):
    return {"paths": files.arrays(n), "labels": [k % 10 for k in range(n)]}


class ImageSequence:
    def __init__(self, paths, labels, batch_size=8):
        self.labels = np.array(labels)
        self.batch_size = batch_size
        self.images = []
        for path in paths:
            image = np.load(path)  # finds: eager-load, eager-init
            self.images.append(image)  # finds: eager-load, eager-init

    def __len__(self):
        return math.ceil(len(self.images) / self.batch_size)

    def __getitem__(self, index):
        part = slice(index * self.batch_size, (index + 1) * self.batch_size)
        return np.stack(self.images[part]), self.labels[part]
