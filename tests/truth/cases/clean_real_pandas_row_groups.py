"""Reads a table by groups of 64 rows, as columnar files are read, and casts the columns of one group."""

import numpy as np
import pandas as pd

from tests.truth.cases.helpers import files

EXPECT = {}
NEEDS = ["pandas"]
GROUND_SIZES = (1024, 4096)
GROUND_INDEX = 256


def data(n):
    return {"path": files.csv_table(n, 256)}


def generate(path, batch_size=16):
    with pd.read_csv(path, chunksize=64) as groups:
        for group in groups:
            group = group.astype({name: np.float32 for name in group.columns})
            for start in range(0, len(group), batch_size):
                yield group.iloc[start : start + batch_size]
