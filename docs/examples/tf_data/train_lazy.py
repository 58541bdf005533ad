import sys

import tensorflow as tf


def load(path):
    picture = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
    return tf.ensure_shape(picture, (256, 256, 3)), tf.strings.length(path) % 2


folder = sys.argv[1] if len(sys.argv) > 1 else "photos"
train = tf.data.Dataset.list_files(f"{folder}/*.jpg").map(load)
train = train.shuffle(64).batch(60).prefetch(2)
for epoch in range(10):
    for pictures, labels in train:
        ...  # a training step
