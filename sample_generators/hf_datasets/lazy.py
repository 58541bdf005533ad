"""An ``IterableDataset`` from a generator makes each example when it is asked for: memory stays flat."""

from collections.abc import Iterator

import numpy as np
from datasets import IterableDataset

RUN = "genaudit run sample_generators.hf_datasets.lazy:examples --arg n=2000 --dataset n --arg batch_size=32"
EXPECT: dict[str, str] = {}


def examples(n: int, batch_size: int) -> Iterator[dict]:
    """Yield batches of made-up pictures of 16 KiB with their labels, epoch after epoch.

    Args:
        n: Examples of the data set.
        batch_size: Examples in a batch; the last of an epoch may be smaller.
    """

    def made() -> Iterator[dict]:
        for number in range(n):
            yield {"picture": np.random.default_rng(number).bytes(2**14), "label": number % 4}

    rows = IterableDataset.from_generator(made)
    while True:
        yield from rows.iter(batch_size)
