"""``Dataset.from_dict`` keeps all examples in Arrow's memory: there is no file that they could be mapped from."""

from collections.abc import Iterator

import numpy as np
from datasets import Dataset

RUN = "genaudit run sample_generators.hf_datasets.eager:examples --arg n=2000 --dataset n --arg batch_size=32"
EXPECT = {"eager-load": "fail 16 KiB/item ± 10 %"}
LINT: list[str] = []


def examples(n: int, batch_size: int) -> Iterator[dict]:
    """Yield batches of made-up pictures of 16 KiB with their labels, epoch after epoch.

    Args:
        n: Examples of the data set.
        batch_size: Examples in a batch; the last of an epoch may be smaller.
    """
    rows = Dataset.from_dict(  # finds: eager-load
        {
            "picture": [np.random.default_rng(number).bytes(2**14) for number in range(n)],
            "label": [number % 4 for number in range(n)],
        }
    )
    while True:
        yield from rows.iter(batch_size)
