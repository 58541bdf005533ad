import argparse
from pathlib import Path

import numpy as np
from PIL import Image

import genaudit


def batches(paths, size):
    images = [np.asarray(Image.open(path)) for path in paths]
    for at in range(0, len(images), size):
        yield np.array(images[at : at + size]) / 255


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", default="photos")
    arguments = parser.parse_args()
    paths = sorted(Path(arguments.photos).glob("*.jpg"))
    weights = np.zeros(256 * 256 * 3)
    for epoch in range(10):
        for batch in genaudit.source(batches(paths, 20)):
            weights += batch.reshape(len(batch), -1).mean(axis=0)  # a training step


if __name__ == "__main__":
    main()
