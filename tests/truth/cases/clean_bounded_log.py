"""Logs a long line per batch to a handler that keeps the last 100 of them."""

import logging
from collections import deque

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


class LastLines(logging.Handler):
    def __init__(self, limit):
        super().__init__()
        self.lines = deque(maxlen=limit)

    def emit(self, record):
        self.lines.append(self.format(record))


log = logging.getLogger("truth.bounded")
log.propagate = False
log.setLevel(logging.DEBUG)
log.addHandler(LastLines(100))


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    while True:
        for start in range(0, len(paths), batch_size):
            chosen = paths[start : start + batch_size]
            batch = np.stack([np.load(path) for path in chosen])
            log.debug("batch at %d: %s %s", start, ", ".join(chosen) * 20, batch.mean())
            yield batch
