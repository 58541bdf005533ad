"""Copies all the data into a block of ``multiprocessing.shared_memory`` for workers that are never started."""

from multiprocessing import shared_memory

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 16 KiB/item ± 10 %"}
GROUND_SIZES = (512, 2048)


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


def generate(paths, batch_size=8):
    block = shared_memory.SharedMemory(create=True, size=len(paths) * 64 * 64 * 4)  # finds: eager-load
    try:
        images = np.ndarray((len(paths), 64, 64, 4), np.uint8, buffer=block.buf)
        for k, path in enumerate(paths):
            images[k] = np.load(path)  # finds: eager-load
        for start in range(0, len(paths), batch_size):
            yield images[start : start + batch_size].copy()
        del images
    finally:
        block.close()
        block.unlink()
