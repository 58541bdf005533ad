"""Is handed a dictionary from id to encoded bytes, and decodes a batch at a time."""

import numpy as np

EXPECT = {"dataset-as-argument": "fail 32 KiB/item ± 5 %"}


def data(n):
    return {"records": {f"id-{k}": bytes([k % 256]) * 32_768 for k in range(n)}}  # finds: dataset-as-argument


def generate(records, batch_size=16):  # finds: dataset-as-argument
    names = list(records)
    while True:
        for start in range(0, len(names), batch_size):
            yield np.stack([np.frombuffer(records[name], np.uint8) for name in names[start : start + batch_size]])
