"""Draws a picture of each batch, asks the figure for its size, and closes it."""

import matplotlib as mpl
import numpy as np

mpl.use("Agg")

from matplotlib import pyplot as plt

from tests.truth.cases.helpers import files

EXPECT = {}
NEEDS = ["matplotlib"]


def data(n):
    return {"paths": files.arrays(n)}


def draw(batch):
    figure, axes = plt.subplots(figsize=(1, 1))
    axes.imshow(batch[0, ..., :3])
    size = figure.get_size_inches()
    plt.close(figure)
    return size


def generate(paths, batch_size=8):
    while True:
        for start in range(0, len(paths), batch_size):
            batch = np.stack([np.load(path) for path in paths[start : start + batch_size]])
            draw(batch)
            yield batch
