"""Keeps eight bytes for each line of JSON: where it begins. Lines are read by ``seek``."""

import array
import json

import numpy as np

from tests.truth.cases.helpers import media

EXPECT = {}
TARGET = "Lines"
GROUND_SIZES = (1024, 8192)
GROUND_INDEX = 256


def data(n):
    return {"path": media.json_lines(n)}


class Lines:
    def __init__(self, path, batch_size=16):
        self.path = path
        self.batch_size = batch_size
        self.offsets = array.array("Q", [0])
        with open(path, "rb") as file:
            while file.readline():
                self.offsets.append(file.tell())
        self.offsets.pop()

    def __iter__(self):
        with open(self.path, "rb") as file:
            for start in range(0, len(self.offsets), self.batch_size):
                batch = []
                for offset in self.offsets[start : start + self.batch_size]:
                    file.seek(offset)
                    batch.append(np.frombuffer(json.loads(file.readline())["text"].encode(), np.uint8))
                yield np.stack(batch)
