"""A shuffle buffer of 300 decoded images: small data sets fit into it whole, and larger ones do not."""

import tensorflow as tf

from tests.truth.cases.helpers import files

EXPECT = {}
NEEDS = ["tensorflow"]
TARGET = "pipeline"
GROUND_SIZES = (1600, 3200)
GROUND_NOISE = 16 * 1024 * 1024


def data(n):
    return {"paths": files.jpegs(n)}


def decode(path):
    return tf.image.convert_image_dtype(tf.io.decode_jpeg(tf.io.read_file(path), channels=3), tf.float32)


def pipeline(paths, batch_size=16):
    images = tf.data.Dataset.from_tensor_slices(paths).map(decode, num_parallel_calls=2)
    return images.shuffle(300).batch(batch_size).prefetch(1)
