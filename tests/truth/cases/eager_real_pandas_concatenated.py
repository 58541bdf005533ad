"""Concatenates all parts of a table into one frame, and serves rows of it."""

import numpy as np
import pandas as pd

from tests.truth.cases.helpers import media

EXPECT = {"eager-load": "fail"}
ALSO_RIGHT = [
    {"eager-init": "fail"},
    {"eager-load": "fail", "eager-init": "fail"},
    {"eager-load": "fail", "whole-file-read": "fail"},
]
NEEDS = ["pandas"]
TARGET = "Rows"
GROUND_SIZES = (512, 2048)


def data(n):
    return {"parts": media.table_parts(n, columns=512)}


class Rows:
    def __init__(self, parts, batch_size=16):
        self.batch_size = batch_size
        frames = [pd.read_csv(part) for part in parts]  # finds: eager-load, eager-init
        self.table = pd.concat(frames, ignore_index=True)  # finds: eager-load, eager-init, whole-file-read

    def __len__(self):
        return -(-len(self.table) // self.batch_size)

    def __getitem__(self, index):
        chosen = self.table.iloc[index * self.batch_size : (index + 1) * self.batch_size]
        return chosen.to_numpy(np.float32)
