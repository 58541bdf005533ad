"""A pipeline that is built for each fold; its function carries a window that is computed each time."""

import numpy as np
import tensorflow as tf

from tests.truth.cases.helpers import files

NEEDS = ["tensorflow"]
TARGET = "fold"


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


def fold(paths, batch_size=16):
    # The same for all pictures.
    window = np.outer(np.hanning(512), np.hanning(512))

    def read():
        for path in paths:
            yield (np.load(path) * window[224:288, 224:288, None]).astype(np.float32)

    pictures = tf.data.Dataset.from_generator(read, output_signature=tf.TensorSpec((64, 64, 4), tf.float32))
    return pictures.batch(batch_size)
