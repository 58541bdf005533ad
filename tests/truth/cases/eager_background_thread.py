"""A thread loads the data set "in the background", and the first batch waits for it."""

import threading

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}


def data(n):
    return {"paths": files.arrays(n)}


class Preloader(threading.Thread):
    def __init__(self, paths):
        super().__init__(daemon=True)
        self.paths = paths
        self.images = {}

    def run(self):
        for path in self.paths:
            self.images[path] = np.load(path)  # finds: eager-load


def generate(paths, batch_size=8):
    preloader = Preloader(paths)
    preloader.start()
    preloader.join()
    while True:
        for start in range(0, len(paths), batch_size):
            yield np.stack([preloader.images[path] for path in paths[start : start + batch_size]])
