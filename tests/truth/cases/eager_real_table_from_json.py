"""A table in memory is built from all lines of JSON before the first row is served."""

import json

from tests.truth.cases.helpers import media

EXPECT = {"eager-load": "fail"}
ALSO_RIGHT = [{"whole-file-read": "fail"}, {"eager-load": "fail", "whole-file-read": "fail"}]


def data(n):
    return {"path": media.json_lines(n, 4096)}


class Table:
    def __init__(self, columns):
        self.columns = columns

    @classmethod
    def from_json(cls, path):
        columns = {"id": [], "text": []}
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                for name, value in json.loads(line).items():
                    columns[name].append(value)  # finds: eager-load, whole-file-read
        return cls(columns)

    def __len__(self):
        return len(self.columns["id"])

    def __getitem__(self, key):
        return {name: column[key] for name, column in self.columns.items()}


def generate(path, batch_size=16):
    table = Table.from_json(path)  # finds: eager-load, whole-file-read
    for start in range(0, len(table), batch_size):
        yield table[start : start + batch_size]
