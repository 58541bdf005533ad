"""A producer puts every item on a queue without a bound; the consumer starts when the producer is done."""

import queue
import threading

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}
ALSO_RIGHT = [{"unbounded-prefetch": "fail"}, {"eager-load": "fail", "unbounded-prefetch": "fail"}]


def data(n):
    return {"paths": files.arrays(n)}


def produce(paths, items, ready):
    for path in paths:
        image = np.load(path)  # finds: eager-load, unbounded-prefetch
        items.put(image)  # finds: eager-load, unbounded-prefetch
    items.put(None)
    ready.set()


def generate(paths, batch_size=8):
    items = queue.Queue()  # finds: eager-load, unbounded-prefetch
    ready = threading.Event()
    threading.Thread(target=produce, args=(paths, items, ready), daemon=True).start()
    ready.wait()
    batch = []
    while (image := items.get()) is not None:
        batch.append(image)
        if len(batch) == batch_size:
            yield np.stack(batch)
            batch = []
