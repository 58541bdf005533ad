"""Arrays of a whole set as tensors of a pipeline."""

import numpy as np
import tensorflow as tf

from tests.truth.cases.helpers import files

NEEDS = ["tensorflow"]
TARGET = "make_dataset"


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


def load_images(paths):
    images = []
    for path in paths:
        images.append(np.load(path))
    return np.array(images)


def make_dataset(paths, batch_size=16):
    images = load_images(paths)
    return tf.data.Dataset.from_tensor_slices(images).batch(batch_size)
