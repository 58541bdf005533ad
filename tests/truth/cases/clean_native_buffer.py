"""Every batch is copied to a buffer of a C library, which goes when the next one takes its place."""

import ctypes

import numpy as np

from tests.truth.cases.helpers import files

EXPECT: dict[str, str] = {}
TARGET = "Uploads"

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]


def data(n):
    return {"paths": files.arrays(n)}


class Buffer:
    def __init__(self, n_bytes):
        self.address = libc.malloc(n_bytes)
        libc.memset(self.address, 1, n_bytes)

    def __del__(self):
        libc.free(self.address)


class Uploads:
    def __init__(self, paths, batch_size=8):
        self.paths = paths
        self.batch_size = batch_size
        self.pending = None

    def __len__(self):
        return -(-len(self.paths) // self.batch_size)

    def __getitem__(self, index):
        chosen = self.paths[index * self.batch_size : (index + 1) * self.batch_size]
        self.pending = Buffer(192 * 1024)
        return np.stack([np.load(path) for path in chosen])
