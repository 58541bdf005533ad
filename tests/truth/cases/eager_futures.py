"""Submits every file to a pool and waits for all; the futures keep the results."""

from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}


def data(n):
    return {"paths": files.arrays(n)}


def load(path):
    return np.load(path)  # finds: eager-load


def generate(paths, batch_size=8):
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(load, path) for path in paths]  # finds: eager-load
        wait(futures)  # finds: eager-load
    for start in range(0, len(futures), batch_size):
        yield np.stack([future.result() for future in futures[start : start + batch_size]])
