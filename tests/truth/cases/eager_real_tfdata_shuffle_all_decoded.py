"""Shuffles decoded images in a buffer as large as the data set; the first batch waits until it is full."""

import tensorflow as tf

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail"}
ALSO_RIGHT = [{"oversized-shuffle-buffer": "fail"}, {"eager-load": "fail", "oversized-shuffle-buffer": "fail"}]
NEEDS = ["tensorflow"]
TARGET = "pipeline"


def data(n):
    return {"paths": files.jpegs(n)}


def decode(path):
    return tf.image.convert_image_dtype(tf.io.decode_jpeg(tf.io.read_file(path), channels=3), tf.float32)


def pipeline(paths, batch_size=16):
    images = tf.data.Dataset.from_tensor_slices(paths).map(decode, num_parallel_calls=2)
    return images.shuffle(len(paths)).batch(batch_size)  # finds: eager-load, oversized-shuffle-buffer
