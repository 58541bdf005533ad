"""TensorFlow keeps the function of ``from_generator``, and with it the table that it uses, for each pipeline built."""

import numpy as np
import tensorflow as tf

from tests.truth.cases.helpers import files

EXPECT = {"call-growth": "fail"}
NEEDS = ["tensorflow"]
TARGET = "build"


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


def build(paths, batch_size=16):
    table = np.random.default_rng(0).random((512, 1024), dtype=np.float32)

    def images():
        for path in paths:
            yield np.load(path).astype(np.float32) * table[:64, :64, None]

    signature = tf.TensorSpec((64, 64, 4), tf.float32)
    return tf.data.Dataset.from_generator(images, output_signature=signature).batch(batch_size)  # finds: call-growth
