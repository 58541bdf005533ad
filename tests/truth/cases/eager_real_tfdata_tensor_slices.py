"""Reads every file into a list, and gives the stacked list to ``from_tensor_slices``."""

import numpy as np
import tensorflow as tf

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail"}
NEEDS = ["tensorflow"]
TARGET = "pipeline"


def data(n):
    return {"paths": files.arrays(n)}


def pipeline(paths, batch_size=16):
    images = np.stack([np.load(path) for path in paths])  # finds: eager-load
    dataset = tf.data.Dataset.from_tensor_slices(images)  # finds: eager-load
    return dataset.shuffle(64).batch(batch_size)
