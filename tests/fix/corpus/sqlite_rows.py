"""All rows of a data base, fetched in the constructor."""

import sqlite3

import numpy as np

from tests.truth.cases.helpers import files

TARGET = "SqlDataset"


def data(n):
    return {"db": files.sqlite(n)}


class SqlDataset:
    def __init__(self, db, batch_size=16):
        conn = sqlite3.connect(db)
        cur = conn.cursor()
        cur.execute("SELECT pixels, label FROM images ORDER BY id")
        self.rows = cur.fetchall()
        conn.close()
        self.batch_size = batch_size

    def __len__(self):
        return len(self.rows) // self.batch_size

    def __getitem__(self, i):
        part = self.rows[i * self.batch_size : (i + 1) * self.batch_size]
        return np.stack([np.frombuffer(p, np.uint8) for p, _ in part]), np.array([l for _, l in part])
