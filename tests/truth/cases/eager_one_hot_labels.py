"""Reads images lazily but makes one-hot vectors of 4096 classes for all labels at once: 32 KiB per item."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 32 KiB/item ± 5 %"}


def data(n):
    return {"paths": files.arrays(n), "labels": [k % 4096 for k in range(n)]}


def to_categorical(labels, classes):
    vectors = np.zeros((len(labels), classes))  # finds: eager-load
    vectors += 1e-6
    vectors[np.arange(len(labels)), labels] = 1.0
    return vectors


def generate(paths, labels, batch_size=8, classes=4096):
    targets = to_categorical(labels, classes)  # finds: eager-load
    while True:
        for start in range(0, len(paths), batch_size):
            stop = start + batch_size
            yield np.stack([np.load(path) for path in paths[start:stop]]), targets[start:stop]
