"""Reads a CSV file in chunks of rows with the ``csv`` module."""

import csv
import itertools

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"csv_path": files.csv_table(n)}


def chunks(path, size):
    with open(path, newline="") as file:
        rows = csv.reader(file)
        next(rows)
        while chunk := list(itertools.islice(rows, size)):
            yield chunk


def generate(csv_path, batch_size=16):
    for chunk in chunks(csv_path, batch_size):
        table = np.array(chunk, dtype=np.float32)
        yield table[:, :-1], table[:, -1]
