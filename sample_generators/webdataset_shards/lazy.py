"""Streams the members of one archive after the other: memory is that of a batch."""

from collections.abc import Iterator, Sequence

import webdataset as wds

RUN = "genaudit run sample_generators.webdataset_shards.lazy:batches --synth shards:n=640,size=128x128,files=16"
EXPECT: dict[str, str] = {}


def batches(shards: Sequence[str], batch_size: int) -> Iterator[tuple]:
    """Yield batches of images and labels, epoch after epoch.

    Args:
        shards: Archives with ``.jpg`` and ``.cls`` members.
        batch_size: Images in a batch; the last of an epoch may be smaller.
    """
    images = wds.WebDataset(list(shards), shardshuffle=False).decode("rgb8").to_tuple("jpg", "cls")
    while True:
        yield from images.batched(batch_size)
