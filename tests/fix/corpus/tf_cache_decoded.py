"""Decoded images in the cache of tf.data, in memory."""

import tensorflow as tf

from tests.truth.cases.helpers import files

NEEDS = ["tensorflow"]
TARGET = "input_fn"


def data(n):
    return {"filenames": files.jpegs(n), "labels": [k % 10 for k in range(n)]}


def parse(filename, label):
    image = tf.io.decode_jpeg(tf.io.read_file(filename), channels=3)
    return tf.cast(image, tf.float32) / 255.0, label


def input_fn(filenames, labels, batch_size=16):
    ds = tf.data.Dataset.from_tensor_slices((filenames, labels))
    ds = ds.map(parse, num_parallel_calls=tf.data.AUTOTUNE)
    ds = ds.cache()
    ds = ds.batch(batch_size)
    return ds.prefetch(1)
