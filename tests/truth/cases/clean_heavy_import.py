"""Imports much and builds a module constant of 24 MiB; the generator itself reads one batch at a time."""

import decimal  # noqa: F401
import email.message  # noqa: F401
import unittest.mock  # noqa: F401
import xml.dom.minidom  # noqa: F401

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}

GAMMA = np.linspace(0.0, 1.0, 3 * 1024 * 1024) ** 2.2


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    while True:
        for start in range(0, len(paths), batch_size):
            yield np.stack([np.load(path) for path in paths[start : start + batch_size]])
