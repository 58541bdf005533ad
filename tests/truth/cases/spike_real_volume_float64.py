"""Stacks the whole scans of a batch and scales them as float64, to cut one slice out of each: 80 MiB for 1 MiB."""

import numpy as np

from tests.truth.cases.helpers import media

EXPECT = {"batch-spike": "fail"}
ALSO_RIGHT = [{"batch-spike": "fail", "dtype-upcast": "fail"}]
SHAPE = (32, 128, 256)


def data(n):
    return {"paths": media.volumes(n, SHAPE)}


def read(path):
    return np.fromfile(path, np.int16).reshape(SHAPE)


def generate(paths, batch_size=8):
    for start in range(0, len(paths), batch_size):
        scans = np.stack([read(path) for path in paths[start : start + batch_size]])
        scaled = scans * np.float64(0.5) - 1000.0  # finds: batch-spike, dtype-upcast
        yield scaled[:, 16].astype(np.float32)
