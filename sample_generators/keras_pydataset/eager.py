"""Reads all images in its constructor: it indexes as fast as an array, and is as large as one."""

import math
from collections.abc import Sequence

import numpy as np
from keras.utils import PyDataset
from PIL import Image

RUN = "genaudit run sample_generators.keras_pydataset.eager:Pictures --synth images:n=400,size=256x256"
EXPECT = {"eager-load": "fail 192 KiB/item ± 5 %"}
LINT = ["eager-init"]


class Pictures(PyDataset):
    """Batches of images and labels in order, made by two workers that are threads.

    Args:
        image_paths: Image files, all of one size.
        labels: One number for each file.
        batch_size: Images in a batch; the last of an epoch may be smaller.
    """

    def __init__(self, image_paths: Sequence[str], labels: Sequence[int], batch_size: int) -> None:
        super().__init__(workers=2, max_queue_size=4)
        self.images = [np.array(Image.open(path)) for path in image_paths]  # finds: eager-load, eager-init
        self.labels = np.asarray(labels)
        self.batch_size = batch_size

    def __len__(self) -> int:
        """Batches of an epoch."""
        return math.ceil(len(self.labels) / self.batch_size)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """The batch of a number."""
        chosen = slice(index * self.batch_size, (index + 1) * self.batch_size)
        return np.stack(self.images[chosen]), self.labels[chosen]
