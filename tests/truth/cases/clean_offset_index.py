"""Builds an index, id to offset and length, of about 250 bytes per item; records are read by ``seek``."""

import os

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
RECORD = 16 * 1024


def data(n):
    return {"path": files.records(n, RECORD)}


def build_index(path):
    return {f"record-{k:08d}": (k * RECORD, RECORD) for k in range(os.path.getsize(path) // RECORD)}


def generate(path, batch_size=16):
    index = build_index(path)
    keys = list(index)
    with open(path, "rb") as file:
        while True:
            np.random.shuffle(keys)
            for at in range(0, len(keys), batch_size):
                batch = []
                for key in keys[at : at + batch_size]:
                    offset, length = index[key]
                    file.seek(offset)
                    batch.append(np.frombuffer(file.read(length), dtype=np.uint8))
                yield np.stack(batch)
