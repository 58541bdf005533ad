"""Fetches rows from SQLite a batch at a time; the page cache of the connection has a fixed size."""

import sqlite3

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"database": files.sqlite(n)}


def generate(database, batch_size=16):
    connection = sqlite3.connect(database)
    try:
        cursor = connection.execute("SELECT label, pixels FROM images ORDER BY id")
        while rows := cursor.fetchmany(batch_size):
            yield np.stack([np.frombuffer(blob, np.uint8) for _, blob in rows]), [label for label, _ in rows]
    finally:
        connection.close()
