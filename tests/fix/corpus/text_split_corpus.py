"""Splits the text of a corpus at line feeds, and yields codes of characters."""

import numpy as np

from tests.truth.cases.helpers import files


def data(n):
    return {"path": files.text(n)}


def generate(path, batch_size=16):
    lines = open(path).read().split("\n")[:-1]
    for i in range(0, len(lines), batch_size):
        yield np.array([np.frombuffer(line.encode(), np.uint8) for line in lines[i : i + batch_size]])
