"""Keeps the exception of each broken item by its path; the traceback holds the frame, and the frame the image."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"unbounded-cache": "fail"}
TARGET = "Images"


def data(n):
    return {"paths": files.arrays(n)}


def check(path):
    image = np.load(path)
    if int(path[-5]) % 2:
        raise ValueError(f"{path} is not sharp")
    return image


class Images:
    def __init__(self, paths, batch_size=8):
        self.paths = paths
        self.batch_size = batch_size
        self.errors = {}

    def __iter__(self):
        batch = []
        for path in self.paths:
            try:
                batch.append(check(path))
            except ValueError as error:
                self.errors[path] = error  # finds: unbounded-cache
            if len(batch) == self.batch_size:
                yield np.stack(batch)
                batch = []
        if batch:
            yield np.stack(batch)
