"""Reads, converts and resizes in one long list, then normalises all of it in float."""

import numpy as np
from PIL import Image

from tests.truth.cases.helpers import files


def data(n):
    return {"image_files": files.jpegs(n)}


def load_data(image_files, size=(96, 96)):
    X = []
    for image_file in image_files:
        img = Image.open(image_file)
        img = img.resize(size)
        X.append(np.array(img))
    X = np.array(X)
    return X


def generate(image_files, batch_size=16):
    X = load_data(image_files)
    for offset in range(0, len(X), batch_size):
        yield X[offset : offset + batch_size].astype("float32") / 255
