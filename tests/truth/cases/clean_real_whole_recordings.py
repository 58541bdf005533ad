"""Draws recordings again and again and makes a short spectrum of each: that takes the whole recording for a moment."""

import numpy as np

from tests.truth.cases.helpers import media

EXPECT = {}
SHAPE = (160, 128, 128)
BLOCK = 4096


def data(n):
    return {"paths": media.volumes(n, SHAPE)}


def loudness(path):
    samples = np.fromfile(path, np.int16).astype(np.float32)
    blocks = samples.reshape(-1, BLOCK)
    return np.sqrt((blocks * blocks).mean(axis=0))


def generate(paths, batch_size=4, times=3):
    rng = np.random.default_rng(5)
    for _ in range(times * len(paths) // batch_size):
        chosen = rng.integers(0, len(paths), batch_size)
        yield np.stack([loudness(paths[i]) for i in chosen])
