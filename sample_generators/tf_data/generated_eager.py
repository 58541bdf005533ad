"""A Python generator behind ``from_generator`` that reads all images first: the pipeline cannot make up for it."""

from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf
from PIL import Image

RUN = "genaudit run sample_generators.tf_data.generated_eager:pipeline --synth images:n=400,size=256x256"
EXPECT = {"eager-load": "fail 192 KiB/item ± 5 %"}


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
        images = [np.array(Image.open(path)) for path in image_paths]  # finds: eager-load
        yield from zip(images, labels, strict=True)

    signature = (tf.TensorSpec((*image_size, 3), tf.uint8), tf.TensorSpec((), tf.int64))
    return tf.data.Dataset.from_generator(examples, output_signature=signature).batch(batch_size).prefetch(2)
