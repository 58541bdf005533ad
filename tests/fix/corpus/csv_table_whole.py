"""A table of features that pandas parses whole, cut into batches by ``iloc``."""

import numpy as np
import pandas as pd

from tests.truth.cases.helpers import files

NEEDS = ["pandas"]


def data(n):
    return {"data_file": files.csv_table(n)}


def generate(data_file, batch_size=32):
    df = pd.read_csv(data_file)
    for i in range(0, len(df), batch_size):
        chunk = df.iloc[i : i + batch_size]
        yield chunk.values.astype(np.float32)
