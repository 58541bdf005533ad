"""Reads every row once to filter, and keeps the numbers and offsets of those that pass."""

import json

from tests.truth.cases.helpers import media

EXPECT = {}
GROUND_SIZES = (1024, 8192)
GROUND_INDEX = 256


def data(n):
    return {"path": media.json_lines(n, 4096)}


def matching(path, test):
    offsets = []
    with open(path, "rb") as lines:
        offset = 0
        for line in lines:
            if test(json.loads(line)):
                offsets.append(offset)
            offset += len(line)
    return offsets


def generate(path, batch_size=16):
    offsets = matching(path, lambda row: row["id"] % 5 != 4)
    with open(path, "rb") as lines:
        for start in range(0, len(offsets), batch_size):
            batch = []
            for offset in offsets[start : start + batch_size]:
                lines.seek(offset)
                batch.append(json.loads(lines.readline())["text"])
            yield batch
