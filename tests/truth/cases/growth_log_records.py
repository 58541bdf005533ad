"""Logs each batch as an argument to a handler that stores records, not text."""

import logging
import logging.handlers

import numpy as np

EXPECT = {"batch-growth": "fail 216 KiB/batch ± 10 %"}

log = logging.getLogger("truth.records")
log.propagate = False
log.setLevel(logging.INFO)
log.addHandler(logging.handlers.MemoryHandler(capacity=10**9, flushLevel=logging.CRITICAL))


def data(n):
    return {"keys": list(range(n))}


def generate(keys, batch_size=8):
    while True:
        for start in range(0, len(keys), batch_size):
            images = [np.full((96, 96, 3), key % 256, np.uint8) for key in keys[start : start + batch_size]]
            batch = np.stack(images)  # finds: batch-growth
            log.info("made a batch: %s", batch)  # finds: batch-growth
            yield batch
