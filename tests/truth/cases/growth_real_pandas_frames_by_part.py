"""A reader keeps the frame of every part that it has ever read, by its path."""

import numpy as np
import pandas as pd

from tests.truth.cases.helpers import media

EXPECT = {"unbounded-cache": "fail"}
NEEDS = ["pandas"]
TARGET = "Parts"


def data(n):
    return {"parts": media.table_parts(n, columns=512)}


class Reader:
    frames = {}

    def read(self, part):
        if part not in self.frames:
            self.frames[part] = pd.read_csv(part)  # finds: unbounded-cache
        return self.frames[part]


class Parts:
    def __init__(self, parts, batch_size=32):
        self.parts = parts
        self.batch_size = batch_size
        self.reader = Reader()

    def __len__(self):
        return len(self.parts)

    def __getitem__(self, index):
        return self.reader.read(self.parts[index]).to_numpy(np.float32)
