"""Reads a whole CSV file into a data frame: at least 2 KiB per row of 256 numbers."""

import pandas as pd

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail"}
NEEDS = ["pandas"]


def data(n):
    return {"csv_path": files.csv_table(n)}


def generate(csv_path, batch_size=32):
    frame = pd.read_csv(csv_path)  # finds: eager-load
    for start in range(0, len(frame), batch_size):
        yield frame.iloc[start : start + batch_size]
