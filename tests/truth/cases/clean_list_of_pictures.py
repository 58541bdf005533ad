"""Yields lists of Pillow images of various sizes, as detection models take them."""

from PIL import Image

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"filenames": files.jpegs(n)}


def generate(filenames, batch_size=8):
    while True:
        batch = []
        for number, name in enumerate(filenames):
            with Image.open(name) as picture:
                side = 64 + (number * 37) % 128
                batch.append(picture.convert("RGB").resize((side, 128)))
            if len(batch) == batch_size:
                yield batch
                batch = []
        if batch:
            yield batch
