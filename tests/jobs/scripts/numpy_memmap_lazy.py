"""A memory map, read slice by slice; plain SGD."""
import os
import tempfile

import numpy as np

from genaudit import source

N, D = 3000, 1024
path = os.path.join(tempfile.mkdtemp(), "x.dat")
mm = np.memmap(path, dtype="float32", mode="w+", shape=(N, D))
for start in range(0, N, 500):
    mm[start : start + 500] = np.random.rand(500, D)
mm.flush()
del mm


class Batches:
    def __init__(self, path, shape, size):
        self.data = np.memmap(path, dtype="float32", mode="r", shape=shape)
        self.size = size

    def __len__(self):
        return -(-len(self.data) // self.size)

    def __iter__(self):
        for i in np.random.permutation(len(self)):
            chunk = np.array(self.data[i * self.size : (i + 1) * self.size])
            yield chunk[:, :-1], chunk[:, -1]


batches = Batches(path, (N, D), 50)
w = np.zeros(D - 1, dtype="float32")
for epoch in range(4):
    for X, y in source(batches):
        w -= 1e-3 * X.T @ (X @ w - y) / len(y)
    print(epoch, float(np.abs(w).mean()))
