"""Draws windows from long recordings; for each the whole recording is read and scaled as float64: 30 MiB for 64 KiB."""

import numpy as np

from tests.truth.cases.helpers import media

EXPECT = {"batch-spike": "fail"}
ALSO_RIGHT = [{"batch-spike": "fail", "dtype-upcast": "fail"}]
SHAPE = (160, 128, 128)
WINDOW = 4096


def data(n):
    return {"paths": media.volumes(n, SHAPE)}


def load(path):
    samples = np.fromfile(path, np.int16)
    return samples.astype(np.float64) / 32768.0  # finds: batch-spike, dtype-upcast


def window(path, start):
    samples = load(path)
    return samples[start : start + WINDOW].astype(np.float32)


def generate(paths, batch_size=4, windows=3):
    rng = np.random.default_rng(5)
    for _ in range(windows * len(paths) // batch_size):
        chosen = rng.integers(0, len(paths), batch_size)
        yield np.stack([window(paths[i], int(rng.integers(0, 2_000_000))) for i in chosen])
