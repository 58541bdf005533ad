"""``tf.function`` is given the number of the step as a Python number: it traces and keeps a graph for each."""

import numpy as np
import tensorflow as tf

from tests.truth.cases.helpers import files

# Of the epoch, and not of the batch: the second epoch has the same numbers.
EXPECT = {"unbounded-cache": "fail"}
NEEDS = ["tensorflow"]
TARGET = "batches"


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


@tf.function  # finds: unbounded-cache
def brightened(images, step):
    return tf.image.random_brightness(images, 0.1) / (step + 1)


def batches(paths, batch_size=8):
    for step, start in enumerate(range(0, len(paths), batch_size)):
        images = np.stack([np.load(path) for path in paths[start : start + batch_size]]).astype(np.float32)
        yield brightened(images, step).numpy()
