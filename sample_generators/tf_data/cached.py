"""``.cache()`` without a file name keeps every decoded image from the first epoch on, in TensorFlow's own memory."""

from collections.abc import Sequence

import tensorflow as tf

RUN = "genaudit run sample_generators.tf_data.cached:pipeline --synth images:n=400,size=256x256"
EXPECT = {"unbounded-cache": "fail 192 KiB/item ± 10 %"}
LINT = ["in-memory-cache"]


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
    images = paths.map(load).cache()  # finds: unbounded-cache, in-memory-cache
    return images.shuffle(64).batch(batch_size).prefetch(2)
