"""Maps the file, and copies the rows of a batch out of it: the kernel drops the pages again when memory is short."""

from collections.abc import Iterator

import numpy as np

RUN = "genaudit run sample_generators.numpy_memmap.lazy:batches --synth npy:n=2000,shape=64x64x3,dtype=float32"
EXPECT: dict[str, str] = {}


def batches(array_path: str, batch_size: int) -> Iterator[np.ndarray]:
    """Yield shuffled batches, epoch after epoch.

    Args:
        array_path: A file of NumPy with a row for each item.
        batch_size: Rows in a batch; the last of an epoch may be smaller.
    """
    rows = np.load(array_path, mmap_mode="r")
    while True:
        order = np.random.permutation(len(rows))
        for start in range(0, len(order), batch_size):
            yield rows[order[start : start + batch_size]]
