"""Builds a table of 8 MiB at the twentieth batch, when augmentation begins: one step, then flat for ever."""

import functools

import numpy as np

EXPECT = {}


@functools.cache
def noise_table():
    return np.random.default_rng(0).random((1024, 1024))


def data(n):
    return {"keys": list(range(n))}


def generate(keys, batch_size=8, warmup=20):
    step = 0
    while True:
        for start in range(0, len(keys), batch_size):
            step += 1
            chosen = keys[start : start + batch_size]
            batch = np.stack([np.full((128, 128), key % 256, np.float32) for key in chosen])
            if step >= warmup:
                batch += noise_table()[:128, :128]
            yield batch
