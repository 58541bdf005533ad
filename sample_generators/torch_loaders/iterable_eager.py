"""An iterable data set whose workers each load their whole part before the first item: the memory is in the workers."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

RUN = "genaudit run sample_generators.torch_loaders.iterable_eager:loader --synth images:n=400,size=256x256"
EXPECT = {"eager-load": "fail 192 KiB/item ± 10 %"}


class Pictures(IterableDataset):
    """Images in their order; each worker takes every other one."""

    def __init__(self, image_paths: Sequence[str], labels: Sequence[int]) -> None:
        self.image_paths = list(image_paths)
        self.labels = list(labels)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, int]]:
        """The part of this worker."""
        worker = get_worker_info()
        part = slice(0, None) if worker is None else slice(worker.id, None, worker.num_workers)
        paths = self.image_paths[part]
        images = [torch.from_numpy(np.array(Image.open(path))) for path in paths]  # finds: eager-load
        yield from zip(images, self.labels[part], strict=True)


def loader(image_paths: Sequence[str], labels: Sequence[int], batch_size: int) -> DataLoader:
    """Give batches of images and labels, made by two worker processes.

    Args:
        image_paths: Image files, all of one size.
        labels: One number for each file.
        batch_size: Images in a batch; the last of an epoch may be smaller.
    """
    return DataLoader(Pictures(image_paths, labels), batch_size, num_workers=2)
