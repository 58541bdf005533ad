"""Examples as JSON lines, parsed all at once."""

import json

import numpy as np

from tests.truth.cases.helpers import media

TARGET = "JsonlDataset"


def data(n):
    return {"path": media.json_lines(n)}


class JsonlDataset:
    def __init__(self, path, batch_size=16):
        self.batch_size = batch_size
        with open(path, encoding="utf-8") as f:
            self.examples = [json.loads(line) for line in f]

    def __len__(self):
        return -(-len(self.examples) // self.batch_size)

    def __getitem__(self, index):
        batch = self.examples[index * self.batch_size : (index + 1) * self.batch_size]
        return np.array([len(e["text"]) for e in batch]), [e["text"] for e in batch]
