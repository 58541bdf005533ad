"""A shuffle buffer behind the decoding that is as large as the data set: it holds all images before the first batch."""

from collections.abc import Sequence

import tensorflow as tf

RUN = "genaudit run sample_generators.tf_data.shuffled:pipeline --synth images:n=400,size=256x256"
EXPECT = {"eager-load": "fail 192 KiB/item ± 10 %"}
LINT = ["oversized-shuffle-buffer"]


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
    images = paths.map(load)
    return images.shuffle(len(image_paths)).batch(batch_size).prefetch(2)  # finds: eager-load, oversized-shuffle-buffer
