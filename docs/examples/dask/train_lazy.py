import dask
import dask.array as da
import numpy as np

import genaudit


@dask.delayed
def rows(path, first, last):
    return np.array(np.load(path, mmap_mode="r")[first:last])


def batches(path, size):
    shape = np.load(path, mmap_mode="r").shape
    parts = [da.from_delayed(rows(path, at, at + size), (size, shape[1]), "float32") for at in range(0, shape[0], size)]
    table = da.concatenate(parts)
    mean, std = dask.compute(table.mean(axis=0), table.std(axis=0))
    for block in table.blocks:
        yield ((block - mean) / std).compute()


if __name__ == "__main__":
    for epoch in range(3):
        for batch in genaudit.source(batches("table.npy", 500)):
            batch.mean()  # a training step
