"""A thread decodes ahead into a queue that has no bound."""

import threading
from queue import Queue

import numpy as np

from tests.truth.cases.helpers import files

TARGET = "BackgroundLoader"


def data(n):
    return {"paths": files.arrays(n)}


class BackgroundLoader:
    def __init__(self, paths, batch_size=8):
        self.paths = paths
        self.batch_size = batch_size

    def _worker(self, q):
        for i in range(0, len(self.paths), self.batch_size):
            q.put(np.stack([np.load(p) for p in self.paths[i : i + self.batch_size]]))
        q.put(None)

    def __iter__(self):
        q = Queue()
        t = threading.Thread(target=self._worker, args=(q,), daemon=True)
        t.start()
        while True:
            batch = q.get()
            if batch is None:
                break
            yield batch
        t.join()
