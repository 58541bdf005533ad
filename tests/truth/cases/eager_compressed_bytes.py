"""Keeps the compressed bytes of every file, not the pixels, and decodes batch by batch."""

import io

import numpy as np
from PIL import Image

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail"}


def data(n):
    return {"paths": files.jpegs(n, 256, 256)}


def generate(paths, batch_size=8):
    blobs = []
    for path in paths:
        with open(path, "rb") as file:
            blobs.append(file.read())  # finds: eager-load
    while True:
        for start in range(0, len(blobs), batch_size):
            pictures = [Image.open(io.BytesIO(blob)) for blob in blobs[start : start + batch_size]]
            yield np.stack([np.asarray(picture) for picture in pictures])
