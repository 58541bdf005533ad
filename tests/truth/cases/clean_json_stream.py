"""Reads a small settings file and the class list whole; the samples are decoded from JSON lines one at a time."""

import json

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"path": files.json_records(n)}


def objects(path):
    decoder = json.JSONDecoder()
    pending = ""
    with open(path) as file:
        file.read(1)
        while block := file.read(16 * 1024):
            pending += block
            while pending.lstrip(","):
                try:
                    found, end = decoder.raw_decode(pending.lstrip(","))
                except ValueError:
                    break
                pending = pending.lstrip(",")[end:]
                yield found


def generate(path, batch_size=16):
    batch = []
    for record in objects(path):
        batch.append(record["features"])
        if len(batch) == batch_size:
            yield np.array(batch, dtype=np.float32)
            batch = []
    if batch:
        yield np.array(batch, dtype=np.float32)
