"""Shuffles all the names in a buffer as large as the data set, and decodes after that."""

import tensorflow as tf

from tests.truth.cases.helpers import files

EXPECT = {}
NEEDS = ["tensorflow"]
TARGET = "pipeline"
GROUND_NOISE = 16 * 1024 * 1024


def data(n):
    return {"paths": files.jpegs(n)}


def decode(path):
    return tf.image.convert_image_dtype(tf.io.decode_jpeg(tf.io.read_file(path), channels=3), tf.float32)


def pipeline(paths, batch_size=16):
    names = tf.data.Dataset.from_tensor_slices(paths).shuffle(len(paths), reshuffle_each_iteration=True)
    return names.map(decode, num_parallel_calls=2).batch(batch_size).prefetch(1)
