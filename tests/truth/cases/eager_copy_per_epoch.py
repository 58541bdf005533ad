"""Makes a shuffled copy of the whole data set for each epoch, beside the data set itself: twice everything."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 32 KiB/item ± 5 %"}


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


def generate(paths, batch_size=8):
    images = np.stack([np.load(path) for path in paths])  # finds: eager-load
    while True:
        shuffled = images[np.random.permutation(len(images))]  # finds: eager-load
        for start in range(0, len(shuffled), batch_size):
            yield shuffled[start : start + batch_size]
        del shuffled
