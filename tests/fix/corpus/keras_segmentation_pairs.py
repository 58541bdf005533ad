"""Images and masks of a segmentation set, read when the sequence is made."""

import numpy as np

from tests.truth.cases.helpers import files

TARGET = "SegmentationSequence"


def data(n):
    paths = files.arrays(n)
    return {"image_paths": paths, "mask_paths": paths[::-1]}


class SegmentationSequence:
    """tf.keras.utils.Sequence of (image, mask) batches."""

    def __init__(self, image_paths, mask_paths, batch_size=8):
        self.batch_size = batch_size
        self.images = []
        self.masks = []
        for image_path, mask_path in zip(image_paths, mask_paths):
            self.images.append(np.load(image_path)[..., :3])
            mask = np.load(mask_path)[..., 0]
            self.masks.append((mask > 127).astype(np.uint8))

    def __len__(self):
        return int(np.ceil(len(self.images) / self.batch_size))

    def __getitem__(self, idx):
        start, end = idx * self.batch_size, (idx + 1) * self.batch_size
        x = np.array(self.images[start:end], dtype=np.float32) / 255.0
        y = np.array(self.masks[start:end])[..., np.newaxis]
        return x, y
