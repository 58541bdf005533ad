"""A tf.data pipeline: decode in parallel, shuffle among 64 pictures, batch, prefetch; all bounded."""

import tensorflow as tf

from tests.truth.cases.helpers import files

EXPECT = {}
NEEDS = ["tensorflow"]


def data(n):
    return {"paths": files.jpegs(n)}


def decode(path):
    return tf.image.convert_image_dtype(tf.io.decode_jpeg(tf.io.read_file(path), channels=3), tf.float32)


def generate(paths, batch_size=16):
    pipeline = tf.data.Dataset.from_tensor_slices(paths).map(decode, num_parallel_calls=2)
    return pipeline.shuffle(64).batch(batch_size).prefetch(2)
