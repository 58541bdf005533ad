"""``cache()`` without a file after decoding: the first epoch fills it with every decoded image."""

import tensorflow as tf

from tests.truth.cases.helpers import files

EXPECT = {"unbounded-cache": "fail"}
ALSO_RIGHT = [{"in-memory-cache": "fail"}, {"unbounded-cache": "fail", "in-memory-cache": "fail"}]
NEEDS = ["tensorflow"]
TARGET = "pipeline"


def data(n):
    return {"paths": files.jpegs(n)}


def decode(path):
    return tf.image.convert_image_dtype(tf.io.decode_jpeg(tf.io.read_file(path), channels=3), tf.float32)


def pipeline(paths, batch_size=16):
    images = tf.data.Dataset.from_tensor_slices(paths).map(decode, num_parallel_calls=2)
    return images.cache().batch(batch_size).prefetch(1)  # finds: unbounded-cache, in-memory-cache
