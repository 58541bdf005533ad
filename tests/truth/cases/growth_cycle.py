"""``itertools.cycle`` over a lazy decoder: it saves each image as it passes, to repeat them later."""

import itertools

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"unbounded-cache": "fail 64 KiB/item ± 5 %"}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    forever = itertools.cycle(np.load(path) for path in paths)  # finds: unbounded-cache
    while True:
        yield np.stack(list(itertools.islice(forever, batch_size)))  # finds: unbounded-cache
