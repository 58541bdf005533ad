"""Keeps every batch that it has made: memory grows as long as the training runs.

The list may have been meant for a plot or a debugger. No size of data set is safe, only a short training.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

RUN = "genaudit run sample_generators.leaking:leaking_generator --synth images:n=400 --project-items 50000"
EXPECT = {"batch-growth": "fail 6 MiB/batch ± 10 %"}


def leaking_generator(
    image_paths: Sequence[str], labels: Sequence[int], batch_size: int, image_size: tuple[int, int]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield batches in order, epoch after epoch, and remember each of them.

    Args:
        image_paths: Image files of any size.
        labels: One number for each file.
        batch_size: Images in a batch; the last of an epoch may be smaller.
        image_size: Width and height in pixels that every image is brought to.
    """
    history = []
    while True:
        for start in range(0, len(image_paths), batch_size):
            stop = start + batch_size
            images = []
            for path in image_paths[start:stop]:
                with Image.open(path) as image:
                    images.append(np.asarray(image.resize(image_size)))
            batch = np.stack(images), np.asarray(labels[start:stop])  # finds: batch-growth
            history.append(batch)  # finds: batch-growth
            yield batch
