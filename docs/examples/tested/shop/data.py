import numpy as np
from PIL import Image


def read(path):
    return np.asarray(Image.open(path))


def train_gen(image_paths, batch_size):
    images = [read(path) for path in image_paths]
    while True:
        for at in range(0, len(images), batch_size):
            yield np.stack(images[at : at + batch_size])
