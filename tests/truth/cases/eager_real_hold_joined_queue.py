"""A thread puts all decoded images into a queue without a bound, and is waited for before the first is taken."""

import queue
import threading

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}
ALSO_RIGHT = [{"unbounded-prefetch": "fail"}, {"eager-load": "fail", "unbounded-prefetch": "fail"}]


def data(n):
    return {"paths": files.arrays(n)}


def fill(paths, images):
    for path in paths:
        images.put(np.load(path))  # finds: eager-load, unbounded-prefetch
    images.put(None)


def generate(paths, batch_size=8):
    images = queue.Queue()  # finds: eager-load, unbounded-prefetch
    reader = threading.Thread(target=fill, args=(paths, images))
    reader.start()
    reader.join()
    while (image := images.get()) is not None:
        batch = [image]
        while len(batch) < batch_size and images.queue[0] is not None:
            batch.append(images.get())
        yield np.stack(batch)
