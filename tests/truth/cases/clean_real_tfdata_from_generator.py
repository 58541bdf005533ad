"""``from_generator`` over a function that reads one file after another, batched and prefetched."""

import numpy as np
import tensorflow as tf

from tests.truth.cases.helpers import files

EXPECT = {}
NEEDS = ["tensorflow"]
TARGET = "pipeline"
GROUND_SIZES = (1024, 2048)
GROUND_NOISE = 6 * 1024 * 1024


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


def pipeline(paths, batch_size=16):
    def images():
        for path in paths:
            yield np.load(path)

    signature = tf.TensorSpec((64, 64, 4), tf.uint8)
    return tf.data.Dataset.from_generator(images, output_signature=signature).batch(batch_size).prefetch(2)
