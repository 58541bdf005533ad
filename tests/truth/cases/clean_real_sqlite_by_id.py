"""Shuffles the ids of all rows, and asks the data base for the blobs of one batch at a time."""

import sqlite3

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
TARGET = "Blobs"


def data(n):
    return {"path": files.sqlite(n)}


class Blobs:
    def __init__(self, path, batch_size=16):
        self.connection = sqlite3.connect(path)
        self.batch_size = batch_size
        self.ids = [row[0] for row in self.connection.execute("SELECT id FROM images")]
        self.rng = np.random.default_rng(6)

    def __len__(self):
        return -(-len(self.ids) // self.batch_size)

    def __getitem__(self, index):
        chosen = self.ids[index * self.batch_size : (index + 1) * self.batch_size]
        marks = ",".join("?" * len(chosen))
        rows = self.connection.execute(f"SELECT pixels FROM images WHERE id IN ({marks})", chosen)
        return np.stack([np.frombuffer(row[0], np.uint8) for row in rows])

    def on_epoch_end(self):
        self.rng.shuffle(self.ids)
