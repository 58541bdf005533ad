"""Connects to the data base for every batch and keeps the connections, for threads that never come."""

import sqlite3

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"file-leak": "fail"}
ALSO_RIGHT = [{"file-leak": "fail", "batch-growth": "fail"}]
TARGET = "Blobs"


def data(n):
    return {"path": files.sqlite(n), "count": n}


class Blobs:
    def __init__(self, path, count, batch_size=16):
        self.path = path
        self.count = count
        self.batch_size = batch_size
        self.connections = []

    def connect(self):
        connection = sqlite3.connect(self.path)
        self.connections.append(connection)  # finds: file-leak, batch-growth
        return connection

    def __iter__(self):
        for start in range(0, self.count, self.batch_size):
            query = "SELECT pixels FROM images WHERE id BETWEEN ? AND ?"
            rows = self.connect().execute(query, (start, start + self.batch_size - 1)).fetchall()
            yield np.stack([np.frombuffer(row[0], np.uint8) for row in rows])
