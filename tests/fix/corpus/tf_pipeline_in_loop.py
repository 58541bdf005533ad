"""The batches of a whole training: a pipeline is built at the start of each epoch, which has a few steps only."""

import numpy as np
import tensorflow as tf

from tests.truth.cases.helpers import files

NEEDS = ["tensorflow"]
TARGET = "training_batches"


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


def pipeline(paths, batch_size):
    # Darker at the border.
    mask = np.outer(np.hanning(512), np.hanning(512))

    def pictures():
        for path in paths:
            yield (np.load(path) * mask[224:288, 224:288, None]).astype(np.float32)

    dataset = tf.data.Dataset.from_generator(pictures, output_signature=tf.TensorSpec((64, 64, 4), tf.float32))
    return dataset.batch(batch_size)


def training_batches(paths, batch_size=16, steps=4):
    while True:
        dataset = pipeline(paths, batch_size)
        for batch in dataset.take(steps):
            yield batch.numpy()
