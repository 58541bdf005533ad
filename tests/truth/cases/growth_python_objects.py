"""Keeps the parsed tokens of one line per batch: many small strings rather than one large array."""

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail"}


def data(n):
    return {"path": files.text(n, length=8192)}


def lines(path):
    while True:
        with open(path, encoding="utf-8") as file:
            yield from file


def generate(path, batch_size=16):
    vocabulary_log = []
    batch = []
    for line in lines(path):
        batch.append(line)
        if len(batch) == batch_size:
            vocabulary_log.append(batch[0].split())  # finds: batch-growth
            yield batch
            batch = []
