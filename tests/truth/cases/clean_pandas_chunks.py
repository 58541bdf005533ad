"""Reads a CSV file with ``pandas.read_csv(chunksize=...)``."""

import pandas as pd

from tests.truth.cases.helpers import files

EXPECT = {}
NEEDS = ["pandas"]


def data(n):
    return {"csv_path": files.csv_table(n)}


def generate(csv_path, batch_size=32):
    with pd.read_csv(csv_path, chunksize=batch_size) as reader:
        yield from reader
