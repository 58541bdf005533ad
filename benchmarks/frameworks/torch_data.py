"""A ``DataLoader`` of torch whose two workers decode pictures as they are due."""

from collections.abc import Sequence

import numpy as np
from PIL import Image
from torch.utils.data import DataLoader, Dataset


class Pictures(Dataset):  # type: ignore[misc]
    """Pictures of 64 by 64, by number."""

    def __init__(self, image_paths: Sequence[str]) -> None:
        self._paths = list(image_paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, index: int) -> np.ndarray:
        with Image.open(self._paths[index]) as image:
            return np.asarray(image.convert("RGB").resize((64, 64)), dtype=np.float32) / 255


def batches(image_paths: Sequence[str], batch_size: int = 8) -> DataLoader:
    """Batches of them."""
    return DataLoader(Pictures(image_paths), batch_size=batch_size, num_workers=2)
