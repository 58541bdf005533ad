"""A handler keeps all log records; each has the batch as an argument, for it is formatted late."""

import logging

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 128 KiB/batch ± 10 %"}


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


class Collecting(logging.Handler):
    def __init__(self):
        super().__init__(logging.DEBUG)
        self.records = []

    def emit(self, record):
        self.records.append(record)  # finds: batch-growth


logger = logging.getLogger("truth.batches")
logger.setLevel(logging.DEBUG)
logger.propagate = False
logger.addHandler(Collecting())


def generate(paths, batch_size=8):
    while True:
        for start in range(0, len(paths), batch_size):
            batch = np.stack([np.load(path) for path in paths[start : start + batch_size]])
            logger.debug("made %s", batch)
            yield batch
