"""Turns a whole CSV table into a list of dicts, as ``csv.DictReader`` invites to, and cuts batches out of it."""

import csv

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail"}
ALSO_RIGHT = [{"whole-file-read": "fail"}, {"eager-load": "fail", "whole-file-read": "fail"}]
TARGET = "Rows"


def data(n):
    return {"path": files.csv_table(n, 128)}


class Rows:
    def __init__(self, path, batch_size=16):
        self.path = path
        self.batch_size = batch_size
        self.rows = None

    def setup(self):
        with open(self.path, newline="", encoding="utf-8") as file:
            self.rows = list(csv.DictReader(file))  # finds: eager-load, whole-file-read

    def __iter__(self):
        if self.rows is None:
            self.setup()
        for start in range(0, len(self.rows), self.batch_size):
            chosen = self.rows[start : start + self.batch_size]
            yield np.array([[float(value) for value in row.values()] for row in chosen], dtype=np.float32)
