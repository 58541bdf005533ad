"""A thread makes batches ahead into a queue of at most 4; it ends with each epoch."""

import queue
import threading

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    ahead = queue.Queue(maxsize=4)
    stop = threading.Event()

    def put(batch):
        while not stop.is_set():
            try:
                ahead.put(batch, timeout=0.1)
            except queue.Full:
                continue
            return

    def produce():
        for start in range(0, len(paths), batch_size):
            if stop.is_set():
                return
            put(np.stack([np.load(path) for path in paths[start : start + batch_size]]))
        put(None)

    worker = threading.Thread(target=produce, daemon=True)
    worker.start()
    try:
        while (batch := ahead.get()) is not None:
            yield batch
    finally:
        stop.set()
        worker.join()
