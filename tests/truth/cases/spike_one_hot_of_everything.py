"""Makes one-hot vectors of all labels for every batch, and uses the rows of the batch; nothing of it is kept."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-spike": "fail"}


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4)), "labels": [k % 2000 for k in range(n)]}


def generate(paths, labels, batch_size=8, classes=4000):
    while True:
        for start in range(0, len(paths), batch_size):
            stop = start + batch_size
            one_hot = np.full((len(labels), classes), 0, np.uint8)  # finds: batch-spike
            one_hot[np.arange(len(labels)), labels] = 1
            targets = one_hot.astype(np.float32)[start:stop].copy()  # finds: batch-spike
            del one_hot
            yield np.stack([np.load(path) for path in paths[start:stop]]), targets
