"""``.cache()`` behind ``image_dataset_from_directory`` keeps every image, as float32: four times its pixels."""

import tensorflow as tf
from keras.utils import image_dataset_from_directory

RUN = "genaudit run sample_generators.keras_folders.cached:pictures --synth images:n=400,size=256x256"
EXPECT = {"unbounded-cache": "fail 768 KiB/item ± 10 %"}
LINT = ["in-memory-cache"]


def pictures(directory: str, batch_size: int, image_size: tuple[int, int]) -> tf.data.Dataset:
    """Give batches of images, float32, and of class numbers.

    Args:
        directory: A folder for each class, with image files of any size.
        batch_size: Images in a batch; the last of an epoch may be smaller.
        image_size: Height and width in pixels that every image is brought to.
    """
    images = image_dataset_from_directory(directory, batch_size=batch_size, image_size=image_size)
    return images.cache()  # finds: unbounded-cache, in-memory-cache
