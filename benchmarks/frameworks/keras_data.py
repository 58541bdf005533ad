"""A ``PyDataset`` of Keras that decodes pictures as they are due."""

from collections.abc import Sequence

import keras
import numpy as np
from PIL import Image


class Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """Pictures of 64 by 64."""

    def __init__(self, image_paths: Sequence[str], batch_size: int = 8) -> None:
        super().__init__()
        self._paths = list(image_paths)
        self._batch_size = batch_size

    def __len__(self) -> int:
        return len(self._paths) // self._batch_size

    def __getitem__(self, index: int) -> np.ndarray:
        at = index * self._batch_size
        return np.stack([_decoded(path) for path in self._paths[at : at + self._batch_size]])


def _decoded(path: str) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB").resize((64, 64)), dtype=np.float32) / 255
