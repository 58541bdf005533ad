"""A map-style data set that reads all images in its constructor: the main process holds them.

Workers are forks of it, and share its pages as long as nobody writes to them.
"""

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

RUN = "genaudit run sample_generators.torch_loaders.map_eager:loader --synth images:n=400,size=256x256"
EXPECT = {"eager-load": "fail 192 KiB/item ± 5 %"}
LINT = ["eager-init"]


class Pictures(Dataset):
    """Images by their number."""

    def __init__(self, image_paths: Sequence[str], labels: Sequence[int]) -> None:
        self.images = [np.array(Image.open(path)) for path in image_paths]  # finds: eager-load, eager-init
        self.labels = list(labels)

    def __len__(self) -> int:
        """Items of an epoch."""
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        """One image and its label."""
        return torch.from_numpy(self.images[index]), self.labels[index]


def loader(image_paths: Sequence[str], labels: Sequence[int], batch_size: int) -> DataLoader:
    """Give shuffled batches of images and labels, made by two worker processes.

    Args:
        image_paths: Image files, all of one size.
        labels: One number for each file.
        batch_size: Images in a batch; the last of an epoch may be smaller.
    """
    return DataLoader(Pictures(image_paths, labels), batch_size, shuffle=True, num_workers=2)
