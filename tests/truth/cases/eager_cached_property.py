"""A ``cached_property`` decodes the data set when it is first looked at, which is in the first batch."""

from functools import cached_property

import numpy as np
from PIL import Image

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 48 KiB/item ± 5 %"}
TARGET = "Gallery"


def data(n):
    return {"photos": files.jpegs(n)}


class Gallery:
    def __init__(self, photos, batch_size=8):
        self.photos = photos
        self.batch_size = batch_size

    @cached_property
    def pixels(self):
        return [np.array(Image.open(photo)) for photo in self.photos]  # finds: eager-load

    def __iter__(self):
        for start in range(0, len(self.photos), self.batch_size):
            yield np.stack(self.pixels[start : start + self.batch_size])
