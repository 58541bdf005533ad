"""Opens every JPEG file in a comprehension before the first batch, and keeps the pixels."""

import numpy as np
from PIL import Image

EXPECT = {"eager-load": "fail 48 KiB/item ± 5 %"}
SYNTH = "images:n=400,size=128x128"


def generate(image_paths, labels, batch_size, image_size):
    images = [np.array(Image.open(path).convert("RGB").resize(image_size)) for path in image_paths]  # finds: eager-load
    for start in range(0, len(images), batch_size):
        yield np.stack(images[start : start + batch_size]), np.array(labels[start : start + batch_size])
