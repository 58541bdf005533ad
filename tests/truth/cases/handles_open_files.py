"""Opens a record file for every batch and keeps the file objects open in a list."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"file-leak": "fail"}
ALSO_RIGHT = [{"file-leak": "fail", "batch-growth": "fail"}]
RECORD = 16 * 1024


def data(n):
    return {"path": files.records(n, RECORD), "count": n}


def generate(path, count, batch_size=16):
    opened = []
    while True:
        for start in range(0, count, batch_size):
            file = open(path, "rb")  # finds: file-leak, batch-growth
            file.seek(start * RECORD)
            opened.append(file)  # finds: file-leak, batch-growth
            yield np.frombuffer(file.read(batch_size * RECORD), np.uint8).reshape(-1, RECORD)
