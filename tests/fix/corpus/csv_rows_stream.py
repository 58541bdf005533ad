"""A stream of rows out of a table that is a NumPy array in memory, reshuffled after each epoch."""

import numpy as np
import pandas as pd

from tests.truth.cases.helpers import files

NEEDS = ["pandas"]
TARGET = "data_stream"


def data(n):
    return {"data_file": files.csv_table(n)}


def _basic_data_stream(data_file):
    dataset = np.array(pd.read_csv(data_file), dtype="float32")
    while True:
        for index in range(dataset.shape[0]):
            yield dataset[index]
        np.random.shuffle(dataset)


def data_stream(data_file, batch_size=16):
    stream = _basic_data_stream(data_file)
    while True:
        yield np.stack([next(stream) for _ in range(batch_size)])
