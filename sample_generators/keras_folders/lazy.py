"""What Keras makes of a folder is lazy as it comes: names of files are kept, images read when they are due."""

import tensorflow as tf
from keras.utils import image_dataset_from_directory

RUN = "genaudit run sample_generators.keras_folders.lazy:pictures --synth images:n=400,size=256x256"
EXPECT: dict[str, str] = {}


def pictures(directory: str, batch_size: int, image_size: tuple[int, int]) -> tf.data.Dataset:
    """Give batches of images, float32, and of class numbers.

    Args:
        directory: A folder for each class, with image files of any size.
        batch_size: Images in a batch; the last of an epoch may be smaller.
        image_size: Height and width in pixels that every image is brought to.
    """
    return image_dataset_from_directory(directory, batch_size=batch_size, image_size=image_size)
