"""Every batch object enters itself into a list of its class."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 512 KiB/batch ± 10 %"}


class Batch:
    instances = []

    def __init__(self, paths):
        self.pixels = np.stack([np.load(path) for path in paths])  # finds: batch-growth
        Batch.instances.append(self)  # finds: batch-growth


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    while True:
        for start in range(0, len(paths), batch_size):
            yield Batch(paths[start : start + batch_size]).pixels  # finds: batch-growth
