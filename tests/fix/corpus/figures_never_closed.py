"""Saves a picture of some batches, and forgets the figure."""

import matplotlib

matplotlib.use("Agg")

import io

import matplotlib.pyplot as plt
import numpy as np

from tests.truth.cases.helpers import files

NEEDS = ["matplotlib"]


def data(n):
    return {"paths": files.arrays(n)}


def preview(batch):
    fig, ax = plt.subplots(figsize=(4, 4))
    ax.imshow(batch[0])
    fig.savefig(io.BytesIO())


def generate(paths, batch_size=8):
    while True:
        for i in range(0, len(paths), batch_size):
            batch = np.stack([np.load(p) for p in paths[i : i + batch_size]])
            preview(batch)
            yield batch
