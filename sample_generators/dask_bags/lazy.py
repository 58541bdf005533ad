"""Computes one partition of a Dask bag after the other: memory is that of a partition, a quarter of a MiB of text."""

import json
from collections.abc import Iterator

import dask.bag as db

RUN = "genaudit run sample_generators.dask_bags.lazy:records --synth jsonl:n=20000,words=200"
EXPECT: dict[str, str] = {}


def records(jsonl_path: str, batch_size: int) -> Iterator[list[dict]]:
    """Yield batches of records, epoch after epoch.

    Args:
        jsonl_path: A file with an object of JSON in each line.
        batch_size: Records in a batch; the last of a part of the file may be smaller.
    """
    bag = db.read_text(jsonl_path, blocksize=2**18).map(json.loads)
    while True:
        for partition in bag.to_delayed():
            part = partition.compute(scheduler="threads")
            for start in range(0, len(part), batch_size):
                yield part[start : start + batch_size]
