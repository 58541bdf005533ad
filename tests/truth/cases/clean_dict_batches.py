"""Yields dictionaries, with images and labels, of real JPEG files."""

import numpy as np
from PIL import Image

EXPECT = {}
SYNTH = "images:n=400,size=128x128"


def read(path, size):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB").resize(size), dtype=np.float32) / 255


def generate(image_paths, labels, batch_size, image_size):
    while True:
        for start in range(0, len(image_paths), batch_size):
            stop = start + batch_size
            yield {
                "image": np.stack([read(path, image_size) for path in image_paths[start:stop]]),
                "label": np.asarray(labels[start:stop]),
            }
