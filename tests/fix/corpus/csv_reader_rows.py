"""Reads a CSV file with the csv module into a list of rows."""

import csv

import numpy as np

from tests.truth.cases.helpers import files


def data(n):
    return {"csv_path": files.csv_table(n, 128)}


def generate(csv_path, batch_size=32):
    rows = []
    with open(csv_path, newline="") as f:
        reader = csv.reader(f)
        next(reader)
        for row in reader:
            rows.append([float(v) for v in row])
    for start in range(0, len(rows), batch_size):
        yield np.array(rows[start : start + batch_size], dtype=np.float32)
