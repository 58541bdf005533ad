"""Reads the bytes of each file, wraps them in ``BytesIO`` and decodes; the bytes are dropped at once."""

import io

import numpy as np
from PIL import Image

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"urls": files.jpegs(n)}


def fetch(url):
    with open(url, "rb") as response:
        return response.read()


def decode(content):
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def generate(urls, batch_size=8):
    for start in range(0, len(urls), batch_size):
        yield np.stack([decode(fetch(url)) for url in urls[start : start + batch_size]])
