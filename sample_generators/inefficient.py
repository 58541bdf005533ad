"""Loads every image before it yields the first batch: memory grows with the data set.

It works on a sample of the data and dies on all of it. Nothing is wrong with the loop below ``while True``; the list
above it is what holds the data set, for as long as the generator lives.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

RUN = "genaudit run sample_generators.inefficient:inefficient_generator --synth images:n=400 --project-items 50000"
EXPECT = {"eager-load": "fail 192 KiB/item ± 5 %"}


def inefficient_generator(image_paths: Sequence[str], batch_size: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield batches of images and made-up labels, epoch after epoch, out of a list that holds all images.

    Args:
        image_paths: Image files, all of one size.
        batch_size: Images in a batch; the last of an epoch may be smaller.
    """
    images = [np.array(Image.open(path)) for path in image_paths]  # finds: eager-load
    labels = np.random.randint(0, 2, len(image_paths))
    while True:
        for start in range(0, len(images), batch_size):
            stop = start + batch_size
            yield np.stack(images[start:stop]), labels[start:stop]
