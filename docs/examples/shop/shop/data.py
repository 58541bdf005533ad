import numpy as np
from PIL import Image


def load(path, size):
    return np.asarray(Image.open(path).resize(size))


def train_batches(image_paths, batch_size=16, size=(96, 96)):
    """Yield batches of images, epoch after epoch."""
    while True:
        order = np.random.permutation(len(image_paths))
        for start in range(0, len(order), batch_size):
            yield np.stack([load(image_paths[index], size) for index in order[start : start + batch_size]])
