"""An iterable data set whose workers each read their own part, one image at a time: memory stays flat."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

RUN = "genaudit run sample_generators.torch_loaders.iterable_lazy:loader --synth images:n=400,size=256x256"
EXPECT: dict[str, str] = {}


class Pictures(IterableDataset):
    """Images in their order; each worker takes every other one."""

    def __init__(self, image_paths: Sequence[str], labels: Sequence[int]) -> None:
        self.image_paths = list(image_paths)
        self.labels = list(labels)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, int]]:
        """The part of this worker."""
        worker = get_worker_info()
        part = slice(0, None) if worker is None else slice(worker.id, None, worker.num_workers)
        for path, label in zip(self.image_paths[part], self.labels[part], strict=True):
            with Image.open(path) as image:
                yield torch.from_numpy(np.array(image)), label


def loader(image_paths: Sequence[str], labels: Sequence[int], batch_size: int) -> DataLoader:
    """Give batches of images and labels, made by two worker processes.

    Args:
        image_paths: Image files, all of one size.
        labels: One number for each file.
        batch_size: Images in a batch; the last of an epoch may be smaller.
    """
    return DataLoader(Pictures(image_paths, labels), batch_size, num_workers=2)
