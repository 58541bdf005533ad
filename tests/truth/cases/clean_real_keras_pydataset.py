"""The data set of today's Keras: each batch is read from its files when it is asked for; the order is shuffled."""

import math

import keras
import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
NEEDS = ["keras", "tensorflow"]
TARGET = "Images"


def data(n):
    return {"paths": files.arrays(n)}


class Images(keras.utils.PyDataset):
    def __init__(self, paths, batch_size=8, **options):
        super().__init__(**options)
        self.paths = paths
        self.batch_size = batch_size
        self.order = np.arange(len(paths))

    def __len__(self):
        return math.ceil(len(self.paths) / self.batch_size)

    def __getitem__(self, index):
        chosen = self.order[index * self.batch_size : (index + 1) * self.batch_size]
        return np.stack([np.load(self.paths[at]) for at in chosen]), chosen % 10

    def on_epoch_end(self):
        np.random.shuffle(self.order)
