"""Augments each image on its way into the batch with Keras' ``ImageDataGenerator``: memory stays flat.

Keras 3 keeps ``ImageDataGenerator`` for old code. Its iterators have no ``next`` method there, so the image is taken
with the built-in ``next``. The transformations need SciPy. Batches are float32: four times the bytes of the images.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image
from tensorflow.keras.preprocessing.image import ImageDataGenerator

RUN = "genaudit run sample_generators.augmented:augmented_generator --synth images:n=400 --project-items 50000"
EXPECT: dict[str, str] = {}


def augmented_generator(
    image_paths: Sequence[str], labels: Sequence[int], batch_size: int, image_size: tuple[int, int]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield batches in order, epoch after epoch, every image turned, moved, sheared and mirrored at random.

    Args:
        image_paths: Image files of any size.
        labels: One number for each file.
        batch_size: Images in a batch; the last of an epoch may be smaller.
        image_size: Width and height in pixels that every image is brought to.
    """
    augment = ImageDataGenerator(
        rotation_range=15,
        width_shift_range=0.1,
        height_shift_range=0.1,
        shear_range=0.1,
        zoom_range=0.1,
        horizontal_flip=True,
        fill_mode="nearest",
    )
    while True:
        for start in range(0, len(image_paths), batch_size):
            stop = start + batch_size
            images = []
            for path in image_paths[start:stop]:
                with Image.open(path) as image:
                    one = np.asarray(image.resize(image_size))[np.newaxis]
                images.append(next(augment.flow(one, batch_size=1, shuffle=False))[0])
            yield np.stack(images), np.asarray(labels[start:stop])
