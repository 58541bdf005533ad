"""Iterates over the lines of a file and groups them with ``islice``."""

from itertools import islice

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"corpus": files.text(n, length=8192)}


def generate(corpus, batch_size=32):
    with open(corpus, encoding="utf-8") as lines:
        while batch := [line.rstrip("\n") for line in islice(lines, batch_size)]:
            yield batch
