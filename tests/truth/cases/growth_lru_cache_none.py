"""``functools.cache`` on the function that reads a JPEG file."""

import functools

import numpy as np
from PIL import Image

EXPECT = {"unbounded-cache": "fail 48 KiB/item ± 5 %"}
SYNTH = "images:n=400,size=128x128"


@functools.cache  # finds: unbounded-cache
def read(path, size):
    with Image.open(path) as image:
        return np.array(image.convert("RGB").resize(size))  # finds: unbounded-cache


def generate(image_paths, labels, batch_size, image_size):
    while True:
        order = np.random.permutation(len(image_paths))
        for start in range(0, len(order), batch_size):
            chosen = order[start : start + batch_size]
            images = [read(image_paths[k], tuple(image_size)) for k in chosen]  # finds: unbounded-cache
            yield np.stack(images), np.asarray(labels)[chosen]
