import dask.array as da
import numpy as np

import genaudit


def batches(path, size):
    table = da.from_array(np.load(path, mmap_mode="r"), chunks=(1_000, 512))
    scaled = ((table - table.mean(axis=0)) / table.std(axis=0)).compute()
    for at in range(0, len(scaled), size):
        yield scaled[at : at + size]


if __name__ == "__main__":
    for epoch in range(3):
        for batch in genaudit.source(batches("table.npy", 500)):
            batch.mean()  # a training step
