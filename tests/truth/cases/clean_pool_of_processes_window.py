"""A process pool works at most four batches ahead; it is ended with each pass over the data."""

import multiprocessing
from collections import deque

import numpy as np

EXPECT = {}


def data(n):
    return {"keys": list(range(n))}


def render(keys):
    return np.stack([np.random.default_rng(key).random((64, 64, 3), dtype=np.float32) for key in keys])


def generate(keys, batch_size=16, workers=2, window=4):
    parts = [keys[start : start + batch_size] for start in range(0, len(keys), batch_size)]
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        pending = deque()
        for part in parts:
            pending.append(pool.apply_async(render, (part,)))
            if len(pending) >= window:
                yield pending.popleft().get()
        while pending:
            yield pending.popleft().get()
