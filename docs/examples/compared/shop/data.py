import numpy as np
from PIL import Image


def read(path):
    return np.asarray(Image.open(path))


def train_gen(image_paths, batch_size=32):
    while True:
        for at in range(0, len(image_paths), batch_size):
            yield np.stack([read(path) for path in image_paths[at : at + batch_size]])
