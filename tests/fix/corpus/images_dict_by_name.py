"""A loader of captions: pictures by their name in a dictionary."""

import os

import numpy as np

from tests.truth.cases.helpers import files

TARGET = "CaptionLoader"


def data(n):
    return {"image_dir": files.folder(n)}


class CaptionLoader(object):
    def __init__(self, image_dir, batch_size=8):
        self.batch_size = batch_size
        self.images = {}
        for name in sorted(os.listdir(image_dir)):
            self.images[name] = np.load(os.path.join(image_dir, name))
        self.names = list(self.images.keys())

    def next_batch(self, i):
        names = self.names[i * self.batch_size : (i + 1) * self.batch_size]
        return np.array([self.images[n] for n in names]), names

    def __len__(self):
        return int(np.ceil(len(self.names) / self.batch_size))

    def __iter__(self):
        for i in range(len(self)):
            yield self.next_batch(i)
