"""Draws a picture of each batch and never closes the figure; pyplot keeps all figures that were not closed."""

import matplotlib as mpl
import numpy as np

mpl.use("Agg")

from matplotlib import pyplot as plt

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail"}
NEEDS = ["matplotlib"]


def data(n):
    return {"paths": files.arrays(n)}


def draw(batch):
    figure, axes = plt.subplots(figsize=(1, 1))  # finds: batch-growth
    axes.imshow(batch[0, ..., :3])
    return figure


def generate(paths, batch_size=8):
    plt.rcParams["figure.max_open_warning"] = 0
    while True:
        for start in range(0, len(paths), batch_size):
            batch = np.stack([np.load(path) for path in paths[start : start + batch_size]])
            draw(batch)
            yield batch
