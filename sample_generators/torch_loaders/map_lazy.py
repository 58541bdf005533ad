"""A map-style data set that keeps paths, and opens an image when a worker is asked for it: memory stays flat."""

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

RUN = "genaudit run sample_generators.torch_loaders.map_lazy:loader --synth images:n=400,size=256x256"
EXPECT: dict[str, str] = {}


class Pictures(Dataset):
    """Images by their number."""

    def __init__(self, image_paths: Sequence[str], labels: Sequence[int]) -> None:
        self.image_paths = list(image_paths)
        self.labels = list(labels)

    def __len__(self) -> int:
        """Items of an epoch."""
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        """One image and its label."""
        with Image.open(self.image_paths[index]) as image:
            return torch.from_numpy(np.array(image)), self.labels[index]


def loader(image_paths: Sequence[str], labels: Sequence[int], batch_size: int) -> DataLoader:
    """Give shuffled batches of images and labels, made by two worker processes.

    Args:
        image_paths: Image files, all of one size.
        labels: One number for each file.
        batch_size: Images in a batch; the last of an epoch may be smaller.
    """
    return DataLoader(Pictures(image_paths, labels), batch_size, shuffle=True, num_workers=2)
