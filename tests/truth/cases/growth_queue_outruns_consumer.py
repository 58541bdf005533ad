"""Every batch puts itself and its mirror image on a queue without a bound, and one of the two is taken."""

import queue

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 512 KiB/batch ± 10 %"}
ALSO_RIGHT = [{"batch-growth": "fail", "unbounded-prefetch": "fail"}]


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    ready = queue.Queue()
    while True:
        for start in range(0, len(paths), batch_size):
            batch = np.stack([np.load(path) for path in paths[start : start + batch_size]])  # finds: batch-growth
            ready.put(batch)  # finds: batch-growth
            ready.put(batch[:, :, ::-1].copy())  # finds: batch-growth
            yield ready.get()
