"""Reads records from the standard output of a ``cat`` process, one process per epoch, closed at its end."""

import subprocess

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
RECORD = 16 * 1024


def data(n):
    return {"path": files.records(n, RECORD)}


def generate(path, batch_size=16):
    while True:
        with subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as process:
            while content := process.stdout.read(batch_size * RECORD):
                yield np.frombuffer(content, np.uint8).reshape(-1, RECORD)
