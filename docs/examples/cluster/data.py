import numpy as np
from PIL import Image


def read(path):
    return np.asarray(Image.open(path))


def lazy(image_paths, batch_size=8):
    for at in range(0, len(image_paths), batch_size):
        yield np.stack([read(path) for path in image_paths[at : at + batch_size]])


def eager(image_paths, batch_size=8):
    images = [read(path) for path in image_paths]
    for at in range(0, len(images), batch_size):
        yield np.stack(images[at : at + batch_size])
