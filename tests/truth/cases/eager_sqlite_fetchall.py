"""Fetches all rows at once."""

import sqlite3

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 16 KiB/item ± 5 %"}


def data(n):
    return {"database": files.sqlite(n)}


def generate(database, batch_size=16):
    connection = sqlite3.connect(database)
    rows = connection.execute("SELECT pixels, label FROM images").fetchall()  # finds: eager-load
    connection.close()
    while True:
        for start in range(0, len(rows), batch_size):
            part = rows[start : start + batch_size]
            yield np.stack([np.frombuffer(blob, np.uint8) for blob, _ in part]), [label for _, label in part]
