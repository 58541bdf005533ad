"""``itertools.cycle`` over a generator of decoded images: it saves every image of the first round for the others."""

import itertools

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"unbounded-cache": "fail 64 KiB/item ± 5 %"}
TARGET = "Endless"


def data(n):
    return {"paths": files.arrays(n)}


def decoded(paths):
    for path in paths:
        yield np.load(path)


class Endless:
    def __init__(self, paths, batch_size=8):
        self.count = len(paths)
        self.batch_size = batch_size
        self.stream = itertools.cycle(decoded(paths))  # finds: unbounded-cache

    def __iter__(self):
        for start in range(0, self.count, self.batch_size):
            size = min(self.batch_size, self.count - start)
            yield np.stack(list(itertools.islice(self.stream, size)))
