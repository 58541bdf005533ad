"""A tokenizer remembers the encoding of every text that it has seen; texts do not repeat within an epoch."""

import json

import numpy as np

from tests.truth.cases.helpers import media

EXPECT = {"unbounded-cache": "fail"}
TARGET = "Texts"


def data(n):
    return {"path": media.json_lines(n, 4096)}


class Tokenizer:
    def __init__(self):
        self.encoded = {}

    def __call__(self, text):
        ids = self.encoded.get(text)
        if ids is None:
            ids = self.encoded[text] = np.frombuffer(text.encode(), np.uint8).astype(np.int64)  # finds: unbounded-cache
        return ids


class Texts:
    def __init__(self, path, batch_size=8):
        self.path = path
        self.batch_size = batch_size
        self.tokenizer = Tokenizer()

    def __iter__(self):
        batch = []
        with open(self.path, encoding="utf-8") as lines:
            for line in lines:
                batch.append(self.tokenizer(json.loads(line)["text"]))
                if len(batch) == self.batch_size:
                    yield np.stack(batch)
                    batch = []
