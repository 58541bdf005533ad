"""Makes a dict, id to blob, of the whole table in its constructor."""

import sqlite3
from contextlib import closing

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 16 KiB/item ± 5 %"}
ALSO_RIGHT = [{"eager-init": "fail"}, {"eager-load": "fail", "eager-init": "fail"}]
TARGET = "Blobs"


def data(n):
    return {"path": files.sqlite(n)}


class Blobs:
    def __init__(self, path, batch_size=16):
        self.batch_size = batch_size
        with closing(sqlite3.connect(path)) as connection:
            rows = connection.execute("SELECT id, pixels FROM images")
            self.by_id = dict(rows)  # finds: eager-load, eager-init

    def __iter__(self):
        ids = list(self.by_id)
        np.random.default_rng(0).shuffle(ids)
        for start in range(0, len(ids), self.batch_size):
            yield np.stack([np.frombuffer(self.by_id[k], np.uint8) for k in ids[start : start + self.batch_size]])
