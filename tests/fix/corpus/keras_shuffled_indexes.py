"""The generator of the well-known tutorial, except that X is filled once in the constructor."""

import numpy as np

from tests.truth.cases.helpers import files

TARGET = "DataGenerator"


def data(n):
    return {"list_IDs": files.arrays(n), "labels": [i % 10 for i in range(n)]}


class DataGenerator:
    "Generates data for Keras"

    def __init__(self, list_IDs, labels, batch_size=16, dim=(128, 128), n_channels=4, shuffle=True):
        "Initialization"
        self.dim = dim
        self.batch_size = batch_size
        self.labels = np.array(labels)
        self.list_IDs = list_IDs
        self.n_channels = n_channels
        self.shuffle = shuffle
        self.X = np.empty((len(list_IDs), *self.dim, self.n_channels), dtype=np.uint8)
        for i, ID in enumerate(list_IDs):
            self.X[i] = np.load(ID)
        self.on_epoch_end()

    def __len__(self):
        "Denotes the number of batches per epoch"
        return int(np.ceil(len(self.list_IDs) / self.batch_size))

    def __getitem__(self, index):
        "Generate one batch of data"
        indexes = self.indexes[index * self.batch_size : (index + 1) * self.batch_size]
        return self.X[indexes], self.labels[indexes]

    def on_epoch_end(self):
        "Updates indexes after each epoch"
        self.indexes = np.arange(len(self.list_IDs))
        if self.shuffle:
            np.random.shuffle(self.indexes)
