"""Calls ``compute()`` on the whole Dask array, and yields parts of the result: all of it is in memory, as float32."""

from collections.abc import Iterator

import dask
import dask.array as da
import numpy as np

RUN = "genaudit run sample_generators.dask_arrays.computed:blocks --synth npy:n=2000,shape=64x64x3,dtype=uint8"
EXPECT = {"eager-load": "fail 48 KiB/item ± 5 %"}
LINT: list[str] = []


@dask.delayed
def rows(array_path: str, start: int, stop: int) -> np.ndarray:
    """Some rows of an array in a file."""
    return np.load(array_path, mmap_mode="r")[start:stop]


def blocks(array_path: str, batch_size: int) -> Iterator[np.ndarray]:
    """Yield batches of float32 between 0 and 1, epoch after epoch.

    Args:
        array_path: A file of NumPy with a row for each item.
        batch_size: Rows in a batch; the last of an epoch may be smaller.
    """
    stored = np.load(array_path, mmap_mode="r")
    parts = []
    for start in range(0, len(stored), batch_size):
        stop = min(start + batch_size, len(stored))
        part = da.from_delayed(rows(array_path, start, stop), (stop - start, *stored.shape[1:]), stored.dtype)
        parts.append(part)
    scaled = da.concatenate(parts).astype(np.float32) / 255
    everything = scaled.compute()  # finds: eager-load
    while True:
        for start in range(0, len(everything), batch_size):
            yield everything[start : start + batch_size]
