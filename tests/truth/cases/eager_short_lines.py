"""Splits a whole file into its lines of 400 characters: little per item, but every item is in memory."""

from pathlib import Path

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail"}
ALSO_RIGHT = [{"whole-file-read": "fail"}, {"eager-load": "fail", "whole-file-read": "fail"}]
TARGET = "Sentences"


def data(n):
    return {"path": files.text(n, length=400)}


class Sentences:
    def __init__(self, path, batch_size=64):
        self.lines = Path(path).read_text(encoding="utf-8").split("\n")  # finds: eager-load, whole-file-read
        self.batch_size = batch_size

    def __iter__(self):
        for start in range(0, len(self.lines), self.batch_size):
            yield self.lines[start : start + self.batch_size]
