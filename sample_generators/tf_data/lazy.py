"""Paths go through the shuffle buffer, and each image is read when its batch is due: memory stays flat."""

from collections.abc import Sequence

import tensorflow as tf

RUN = "genaudit run sample_generators.tf_data.lazy:pipeline --synth images:n=400,size=256x256"
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

    def load(path: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        image = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
        return tf.ensure_shape(image, (*image_size, 3)), label

    paths = tf.data.Dataset.from_tensor_slices((list(image_paths), list(labels)))
    return paths.shuffle(len(image_paths)).map(load).batch(batch_size).prefetch(2)
