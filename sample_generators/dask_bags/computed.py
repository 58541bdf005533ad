"""Calls ``compute()`` on the whole Dask bag: every record is a dictionary in memory before the first batch."""

import json
from collections.abc import Iterator

import dask.bag as db

RUN = "genaudit run sample_generators.dask_bags.computed:records --synth jsonl:n=20000,words=200"
EXPECT = {"eager-load": "fail 1.45 KiB/item ± 10 %"}
LINT = ["whole-file-read"]


def records(jsonl_path: str, batch_size: int) -> Iterator[list[dict]]:
    """Yield batches of records, epoch after epoch.

    Args:
        jsonl_path: A file with an object of JSON in each line.
        batch_size: Records in a batch; the last of a part of the file may be smaller.
    """
    bag = db.read_text(jsonl_path, blocksize=2**18).map(json.loads)
    everything = bag.compute(scheduler="threads")  # finds: eager-load, whole-file-read
    while True:
        for start in range(0, len(everything), batch_size):
            yield everything[start : start + batch_size]
