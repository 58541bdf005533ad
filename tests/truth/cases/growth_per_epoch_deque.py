"""Each epoch gets its own bounded history of 16 images, and the histories of all epochs are kept."""

from collections import defaultdict, deque

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"epoch-growth": "fail"}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    histories = defaultdict(lambda: deque(maxlen=16))
    epoch = 0
    while True:
        epoch += 1
        for start in range(0, len(paths), batch_size):
            images = [np.load(path) for path in paths[start : start + batch_size]]  # finds: epoch-growth
            if start < 2 * batch_size:
                histories[epoch].extend(images)  # finds: epoch-growth
            yield np.stack(images)
