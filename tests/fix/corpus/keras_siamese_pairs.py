"""Pairs for a siamese net: all pictures of all classes lie in a dictionary of lists."""

import numpy as np

from tests.truth.cases.helpers import files

TARGET = "pair_generator"


def data(n):
    return {"paths": files.arrays(n), "labels": [k % 5 for k in range(n)]}


def pair_generator(paths, labels, batch_size=8):
    images = [np.load(p) for p in paths]
    by_class = {}
    for index, label in enumerate(labels):
        by_class.setdefault(label, []).append(index)
    rng = np.random.RandomState(42)
    for start in range(0, len(images), batch_size):
        left, right, same = [], [], []
        for index in range(start, min(start + batch_size, len(images))):
            other = rng.choice(by_class[labels[index]])
            left.append(images[index])
            right.append(images[other])
            same.append(1)
        yield [np.array(left), np.array(right)], np.array(same)
