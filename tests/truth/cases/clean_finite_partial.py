"""A finite generator whose last batch is smaller than the others."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"paths": files.arrays(n), "labels": [k % 10 for k in range(n)]}


def generate(paths, labels, batch_size=7):
    images, targets = [], []
    for path, label in zip(paths, labels):
        images.append(np.load(path))
        targets.append(label)
        if len(images) == batch_size:
            yield np.array(images), np.array(targets)
            images, targets = [], []
    if images:
        yield np.array(images), np.array(targets)
