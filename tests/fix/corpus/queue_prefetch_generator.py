"""The prefetching generator that many projects have a copy of, with a queue of any length."""

import queue
import threading

import numpy as np

from tests.truth.cases.helpers import files

TARGET = "prefetched"


def data(n):
    return {"paths": files.arrays(n)}


class PrefetchGenerator(threading.Thread):
    def __init__(self, generator):
        threading.Thread.__init__(self)
        self.queue = queue.Queue()
        self.generator = generator
        self.daemon = True
        self.start()

    def run(self):
        for item in self.generator:
            self.queue.put(item)
        self.queue.put(None)

    def __iter__(self):
        return self

    def __next__(self):
        item = self.queue.get()
        if item is None:
            raise StopIteration
        return item


def batches(paths, batch_size):
    for i in range(0, len(paths), batch_size):
        yield np.array([np.load(p) for p in paths[i : i + batch_size]])


def prefetched(paths, batch_size=8):
    return PrefetchGenerator(batches(paths, batch_size))
