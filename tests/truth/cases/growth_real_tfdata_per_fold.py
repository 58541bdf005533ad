"""Builds a pipeline anew for each fold; a list of the module keeps the generator, and all that it captured."""

import numpy as np
import tensorflow as tf

from tests.truth.cases.helpers import files

EXPECT = {"call-growth": "fail"}
NEEDS = ["tensorflow"]
TARGET = "build"
READERS = []


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


def build(paths, batch_size=16):
    prior = np.random.default_rng(0).random((1024, 1024), dtype=np.float32)

    def images():
        for path in paths:
            yield np.load(path).astype(np.float32) * prior[:64, :64, None]

    READERS.append(images)  # finds: call-growth
    signature = tf.TensorSpec((64, 64, 4), tf.float32)
    return tf.data.Dataset.from_generator(images, output_signature=signature).batch(batch_size)
