"""The same without ``mmap_mode``: ``np.load`` reads the whole file."""

from collections.abc import Iterator

import numpy as np

RUN = "genaudit run sample_generators.numpy_memmap.eager:batches --synth npy:n=2000,shape=64x64x3,dtype=float32"
EXPECT = {"eager-load": "fail 48 KiB/item ± 5 %"}
LINT = ["whole-file-read"]


def batches(array_path: str, batch_size: int) -> Iterator[np.ndarray]:
    """Yield shuffled batches, epoch after epoch.

    Args:
        array_path: A file of NumPy with a row for each item.
        batch_size: Rows in a batch; the last of an epoch may be smaller.
    """
    rows = np.load(array_path)  # finds: eager-load, whole-file-read
    while True:
        order = np.random.permutation(len(rows))
        for start in range(0, len(order), batch_size):
            yield rows[order[start : start + batch_size]]
