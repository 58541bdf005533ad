"""A Python generator behind ``from_generator`` reads one image at a time: memory stays flat."""

from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf
from PIL import Image

RUN = "genaudit run sample_generators.tf_data.generated:pipeline --synth images:n=400,size=256x256"
EXPECT: dict[str, str] = {}


def pipeline(
    image_paths: Sequence[str], labels: Sequence[int], batch_size: int, image_size: tuple[int, int]
) -> tf.data.Dataset:
    """Give batches of images and labels.

    Args:
        image_paths: JPEG files of the size ``image_size``.
        labels: One number for each file.
        batch_size: Images in a batch; the last of an epoch may be smaller.
        image_size: Height and width of all images, in pixels.
    """

    def examples() -> Iterator[tuple[np.ndarray, int]]:
        for path, label in zip(image_paths, labels, strict=True):
            with Image.open(path) as image:
                yield np.asarray(image), label

    signature = (tf.TensorSpec((*image_size, 3), tf.uint8), tf.TensorSpec((), tf.int64))
    return tf.data.Dataset.from_generator(examples, output_signature=signature).batch(batch_size).prefetch(2)
