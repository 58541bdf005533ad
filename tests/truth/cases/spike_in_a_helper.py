"""A helper makes twelve augmented copies of a batch, one of which is handed out."""

import numpy as np
from PIL import Image

from tests.truth.cases.helpers import files

EXPECT = {"batch-spike": "fail"}


def data(n):
    return {"paths": files.jpegs(n)}


def choose(images, rng):
    views = []
    for turn in range(12):
        view = np.rot90(images, turn % 4, axes=(1, 2))
        views.append(view + np.float32(0.01 * turn))  # finds: batch-spike
    return views[int(rng.integers(len(views)))]


def generate(paths, batch_size=16):
    rng = np.random.default_rng(0)
    while True:
        for start in range(0, len(paths), batch_size):
            images = np.empty((len(paths[start : start + batch_size]), 96, 96, 3), np.float32)
            for row, path in enumerate(paths[start : start + batch_size]):
                with Image.open(path) as image:
                    images[row] = np.asarray(image.convert("RGB").resize((96, 96)), np.float32) / 255
            yield choose(images, rng)
