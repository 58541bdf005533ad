"""Makes a list of the stream, to shuffle it all: every decoded image is in memory before the first batch.

What is counted are archives: 40 images of 48 KiB in each.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import webdataset as wds

RUN = "genaudit run sample_generators.webdataset_shards.eager:batches --synth shards:n=640,size=128x128,files=16"
EXPECT = {"eager-load": "fail 1.875 MiB/item ± 5 %"}
LINT: list[str] = []


def batches(shards: Sequence[str], batch_size: int) -> Iterator[tuple]:
    """Yield batches of images and labels, epoch after epoch.

    Args:
        shards: Archives with ``.jpg`` and ``.cls`` members.
        batch_size: Images in a batch; the last of an epoch may be smaller.
    """
    images = wds.WebDataset(list(shards), shardshuffle=False).decode("rgb8").to_tuple("jpg", "cls")
    everything = list(images)  # finds: eager-load
    while True:
        order = np.random.permutation(len(everything))
        for start in range(0, len(order), batch_size):
            chosen = [everything[index] for index in order[start : start + batch_size]]
            yield np.stack([image for image, _ in chosen]), np.array([label for _, label in chosen])
