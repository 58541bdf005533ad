"""Takes 128 KiB from the C allocator for every batch and never gives it back."""

import ctypes

import numpy as np

EXPECT = {"batch-growth": "fail 128 KiB/batch ± 10 %"}

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]


def data(n):
    return {"keys": list(range(n))}


def decode_natively(key):
    workspace = libc.malloc(128 * 1024)  # finds: batch-growth
    libc.memset(workspace, key % 256, 128 * 1024)  # finds: batch-growth
    return np.full((96, 96, 3), key % 256, np.uint8)


def generate(keys, batch_size=8):
    while True:
        for start in range(0, len(keys), batch_size):
            first, *others = keys[start : start + batch_size]
            images = [decode_natively(first)]  # finds: batch-growth
            images += [np.full((96, 96, 3), key % 256, np.uint8) for key in others]
            yield np.stack(images)
