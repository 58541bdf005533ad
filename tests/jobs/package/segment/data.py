"""Tiles of large pictures, and the pictures they are cut from."""
import numpy as np


def read_picture(number):
    rng = np.random.default_rng(number)
    return rng.integers(0, 255, (128, 128, 3), dtype=np.uint8)


def picture(number, _opened={}):
    if number not in _opened:
        _opened[number] = read_picture(number)
    return _opened[number]


def tiles(numbers, size, per_batch):
    batch = []
    for number in numbers:
        full = picture(number)
        for top in range(0, full.shape[0], size):
            batch.append(full[top : top + size, :size].astype("float32") / 255)
            if len(batch) == per_batch:
                yield np.stack(batch)
                batch = []
