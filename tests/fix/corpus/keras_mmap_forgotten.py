"""Loads features and targets as whole arrays, and slices them."""

import numpy as np

from tests.truth.cases.helpers import files


def data(n):
    return {"features_file": files.big_array(n), "batch_size": 16}


def generate(features_file, batch_size):
    X = np.load(features_file)
    n_batches = int(np.ceil(X.shape[0] / batch_size))
    while True:
        for b in range(n_batches):
            yield X[b * batch_size : (b + 1) * batch_size] / 255.0
