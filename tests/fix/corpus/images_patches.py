"""Patches of all pictures, collected before training."""

import numpy as np

from tests.truth.cases.helpers import files


def data(n):
    return {"paths": files.arrays(n)}


def extract_patches(image, size=64):
    h, w = image.shape[:2]
    return [image[y : y + size, x : x + size] for y in range(0, h, size) for x in range(0, w, size)]


def generate(paths, batch_size=16):
    patches = []
    for path in paths:
        patches.extend(extract_patches(np.load(path)))
    for i in range(0, len(patches), batch_size):
        yield np.stack(patches[i : i + batch_size])
