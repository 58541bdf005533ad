"""An array of images that grows by ``np.append``."""

import numpy as np

from tests.truth.cases.helpers import files


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


def generate(paths, batch_size=16):
    images = np.zeros((0, 64, 64, 4), dtype=np.uint8)
    for path in paths:
        images = np.append(images, np.load(path)[np.newaxis], axis=0)
    for i in range(0, len(images), batch_size):
        yield images[i : i + batch_size]
