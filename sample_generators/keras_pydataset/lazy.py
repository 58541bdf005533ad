"""Keeps paths, and reads the images of a batch when a worker makes it: memory stays flat behind a short queue."""

import math
from collections.abc import Sequence

import numpy as np
from keras.utils import PyDataset
from PIL import Image

RUN = "genaudit run sample_generators.keras_pydataset.lazy:Pictures --synth images:n=400,size=256x256"
EXPECT: dict[str, str] = {}


class Pictures(PyDataset):
    """Batches of images and labels in order, made by two workers that are threads.

    Args:
        image_paths: Image files, all of one size.
        labels: One number for each file.
        batch_size: Images in a batch; the last of an epoch may be smaller.
    """

    def __init__(self, image_paths: Sequence[str], labels: Sequence[int], batch_size: int) -> None:
        super().__init__(workers=2, max_queue_size=4)
        self.image_paths = list(image_paths)
        self.labels = np.asarray(labels)
        self.batch_size = batch_size

    def __len__(self) -> int:
        """Batches of an epoch."""
        return math.ceil(len(self.labels) / self.batch_size)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """The batch of a number."""
        chosen = slice(index * self.batch_size, (index + 1) * self.batch_size)
        images = []
        for path in self.image_paths[chosen]:
            with Image.open(path) as image:
                images.append(np.asarray(image))
        return np.stack(images), self.labels[chosen]
