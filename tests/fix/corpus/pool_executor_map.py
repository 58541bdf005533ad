"""Decodes with an executor, which has all of the work at once."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tests.truth.cases.helpers import files


def data(n):
    return {"paths": files.arrays(n)}


def decode(path):
    return np.load(path)


def generate(paths, batch_size=8):
    batch = []
    with ThreadPoolExecutor(max_workers=4) as executor:
        for image in executor.map(decode, paths):
            batch.append(image)
            if len(batch) == batch_size:
                yield np.stack(batch)
                batch = []
    if batch:
        yield np.stack(batch)
