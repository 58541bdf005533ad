"""Gets the data set as an array of bytes and makes a float32 copy of all of it before the first batch."""

import numpy as np

EXPECT = {"dataset-as-argument": "fail 16 KiB/item ± 5 %", "eager-load": "fail 64 KiB/item ± 5 %"}


def data(n):
    return {"images": np.full((n, 64, 64, 4), 9, np.uint8)}  # finds: dataset-as-argument


def generate(images, batch_size=16):  # finds: dataset-as-argument
    scaled = images.astype(np.float32)  # finds: eager-load
    scaled /= 255.0
    while True:
        for start in range(0, len(scaled), batch_size):
            yield scaled[start : start + batch_size]
