"""Opens a descriptor with ``os.open`` for one image of each batch and forgets to close it."""

import os

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"file-leak": "fail"}


def data(n):
    return {"paths": files.arrays(n)}


def read_header(path):
    descriptor = os.open(path, os.O_RDONLY)  # finds: file-leak
    return os.read(descriptor, 128)


def generate(paths, batch_size=8):
    for start in range(0, len(paths), batch_size):
        chosen = paths[start : start + batch_size]
        assert read_header(chosen[0]).startswith(b"\x93NUMPY")  # finds: file-leak
        yield np.stack([np.load(path) for path in chosen])
