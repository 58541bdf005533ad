"""Hands a mapped array to ``from_array``, which copies it: the graph holds all rows, though no one asked for them yet.

Lazy is only what comes after it. ``lazy.py`` beside this opens the file in each task instead.
"""

from collections.abc import Iterator

import dask.array as da
import numpy as np

RUN = "genaudit run sample_generators.dask_arrays.mapped:blocks --synth npy:n=2000,shape=64x64x3,dtype=uint8"
EXPECT = {"eager-load": "fail 12 KiB/item ± 5 %"}
LINT: list[str] = []


def blocks(array_path: str, batch_size: int) -> Iterator[np.ndarray]:
    """Yield batches of float32 between 0 and 1, epoch after epoch.

    Args:
        array_path: A file of NumPy with a row for each item.
        batch_size: Rows in a batch; the last of an epoch may be smaller.
    """
    stored = np.load(array_path, mmap_mode="r")
    raw = da.from_array(stored, chunks=(batch_size, *stored.shape[1:]))  # finds: eager-load
    scaled = raw.astype(np.float32) / 255
    while True:
        for number in range(scaled.numblocks[0]):
            yield scaled.blocks[number].compute()
