"""A pool of threads maps the loader over all of the files before the first batch."""

from multiprocessing.pool import ThreadPool

import numpy as np

from tests.truth.cases.helpers import files


def data(n):
    return {"file_list": files.arrays(n)}


def load_one(path):
    return np.load(path).astype(np.float32) / 255.0


def generate(file_list, batch_size=8, n_jobs=2):
    with ThreadPool(n_jobs) as pool:
        images = pool.map(load_one, file_list)
    for i in range(0, len(images), batch_size):
        yield np.stack(images[i : i + batch_size])
