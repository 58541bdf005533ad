"""One data frame of many parts, grown by ``pd.concat`` in a loop."""

import numpy as np
import pandas as pd

from tests.truth.cases.helpers import media

NEEDS = ["pandas"]
TARGET = "PartsReader"


def data(n):
    return {"parts": media.table_parts(n)}


class PartsReader:
    def __init__(self, parts, batch_size=16):
        self.batch_size = batch_size
        self.df = pd.DataFrame()
        for part in parts:
            self.df = pd.concat([self.df, pd.read_csv(part)], ignore_index=True)

    def __iter__(self):
        for i in range(0, len(self.df), self.batch_size):
            yield self.df[i : i + self.batch_size].to_numpy(dtype=np.float32)
