"""Renders each signal to a PNG in memory and never closes the figure: pyplot keeps all, with the canvas of each."""

import io

import matplotlib as mpl
import numpy as np

mpl.use("Agg")

from matplotlib import pyplot as plt

EXPECT = {"batch-growth": "fail"}
NEEDS = ["matplotlib"]


def data(n):
    return {"periods": [1 + index % 7 for index in range(n)]}


def rendered(period):
    signal = np.sin(np.arange(64) * period)
    figure = plt.figure(figsize=(2, 2), dpi=64)  # finds: batch-growth
    figure.figimage(signal.reshape(8, 8))
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def generate(periods, batch_size=2):
    plt.rcParams["figure.max_open_warning"] = 0
    while True:
        for start in range(0, len(periods), batch_size):
            yield [rendered(period) for period in periods[start : start + batch_size]]
