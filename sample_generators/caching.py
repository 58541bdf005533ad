"""Keeps every image that it has read, by path: an eager load in slow motion.

The first batch is cheap. At the end of the first epoch the whole data set is in memory, and there it stays.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

RUN = "genaudit run sample_generators.caching:caching_generator --synth images:n=400 --project-items 50000"
EXPECT = {"unbounded-cache": "fail 192 KiB/item ± 5 %"}


def caching_generator(
    image_paths: Sequence[str], labels: Sequence[int], batch_size: int, image_size: tuple[int, int]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield shuffled batches, epoch after epoch, and read each file once only.

    Args:
        image_paths: Image files of any size.
        labels: One number for each file.
        batch_size: Images in a batch; the last of an epoch may be smaller.
        image_size: Width and height in pixels that every image is brought to.
    """
    seen: dict[str, np.ndarray] = {}
    while True:
        order = np.random.permutation(len(image_paths))
        for start in range(0, len(order), batch_size):
            chosen = order[start : start + batch_size]
            for path in (image_paths[index] for index in chosen):
                if path not in seen:
                    with Image.open(path) as image:
                        seen[path] = np.array(image.resize(image_size))  # finds: unbounded-cache
            yield np.stack([seen[image_paths[index]] for index in chosen]), np.array([labels[i] for i in chosen])
