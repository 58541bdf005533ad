"""Opens an image when its batch is due and lets it go with the batch: memory stays flat.

What it keeps for the whole run is the order of the epoch, eight bytes an image.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

RUN = "genaudit run sample_generators.efficient:efficient_generator --synth images:n=400 --project-items 50000"
EXPECT: dict[str, str] = {}


def efficient_generator(
    image_paths: Sequence[str], labels: Sequence[int], batch_size: int, image_size: tuple[int, int]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield shuffled batches, epoch after epoch, each made from its own files.

    Args:
        image_paths: Image files of any size.
        labels: One number for each file.
        batch_size: Images in a batch; the last of an epoch may be smaller.
        image_size: Width and height in pixels that every image is brought to.
    """
    while True:
        order = np.random.permutation(len(image_paths))
        for start in range(0, len(order), batch_size):
            chosen = order[start : start + batch_size]
            images = []
            for index in chosen:
                with Image.open(image_paths[index]) as image:
                    images.append(np.asarray(image.resize(image_size)))
            yield np.stack(images), np.array([labels[index] for index in chosen])
