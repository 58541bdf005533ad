"""A data set that builds its pipeline for each epoch; the pipeline's function carries a table of weights."""

import numpy as np
import tensorflow as tf

from tests.truth.cases.helpers import files

NEEDS = ["tensorflow"]
TARGET = "Pictures"


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


class Pictures:
    def __init__(self, paths, batch_size=16):
        self.paths = paths
        self.batch_size = batch_size

    def __iter__(self):
        weights = np.hanning(1024 * 256).reshape(1024, 256)
        paths = self.paths

        def read():
            for path in paths:
                yield np.load(path).astype(np.float32) * weights[:64, :64, None].astype(np.float32)

        pictures = tf.data.Dataset.from_generator(read, output_signature=tf.TensorSpec((64, 64, 4), tf.float32))
        for batch in pictures.batch(self.batch_size).as_numpy_iterator():
            yield batch
