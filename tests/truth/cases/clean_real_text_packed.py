"""Packs tokens of one line after another into blocks; what is left over goes into the next block."""

import json

import numpy as np

from tests.truth.cases.helpers import media

EXPECT = {}
BLOCK = 512
GROUND_SIZES = (1024, 8192)
GROUND_INDEX = 256


def data(n):
    return {"path": media.json_lines(n)}


def blocks(path):
    rest = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            rest += [1000 + (hash(word) & 0xFFFF) for word in json.loads(line)["text"].split()]
            while len(rest) >= BLOCK:
                yield rest[:BLOCK]
                rest = rest[BLOCK:]


def generate(path, batch_size=4):
    batch = []
    for block in blocks(path):
        batch.append(block)
        if len(batch) == batch_size:
            yield np.array(batch)
            batch = []
    if batch:
        yield np.array(batch)
