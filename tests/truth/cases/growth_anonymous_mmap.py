"""Keeps a private anonymous mapping of 256 KiB for every batch."""

import mmap

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 256 KiB/batch ± 10 %"}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    arenas = []
    while True:
        for start in range(0, len(paths), batch_size):
            arena = mmap.mmap(-1, 256 * 1024, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)  # finds: batch-growth
            arena.write(b"\x01" * (256 * 1024))  # finds: batch-growth
            arenas.append(arena)  # finds: batch-growth
            yield np.stack([np.load(path) for path in paths[start : start + batch_size]])
