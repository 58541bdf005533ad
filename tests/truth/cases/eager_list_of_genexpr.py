"""A generator expression looks lazy and is consumed by ``list``."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}


def data(n):
    return {"paths": files.arrays(n), "labels": [k % 2 for k in range(n)]}


def read(path):
    with open(path, "rb") as file:
        return np.load(file)  # finds: eager-load


def generate(paths, labels, batch_size=8):
    samples = list((read(path), label) for path, label in zip(paths, labels))  # finds: eager-load
    for start in range(0, len(samples), batch_size):
        images, targets = zip(*samples[start : start + batch_size])
        yield np.stack(images), np.array(targets)
