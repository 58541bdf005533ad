"""Shuffles images and labels together at the beginning of each epoch."""

import numpy as np

from tests.truth.cases.helpers import files


def data(n):
    return {"images": np.load(files.big_array(n), mmap_mode="r"), "labels": np.arange(n)}


def generate(images, labels, batch_size=16):
    while True:
        perm = np.random.permutation(len(images))
        shuffled_images = images[perm]
        shuffled_labels = labels[perm]
        for i in range(0, len(shuffled_images), batch_size):
            yield shuffled_images[i : i + batch_size], shuffled_labels[i : i + batch_size]
