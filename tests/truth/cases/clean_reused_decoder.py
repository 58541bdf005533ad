"""A decoder object keeps one work buffer that grows to the largest image it has met, and then stays."""

import numpy as np

EXPECT = {}


class Decoder:
    def __init__(self):
        self._work = bytearray()

    def decode(self, width):
        needed = 256 * width * 3
        if needed > len(self._work):
            self._work = bytearray(b"\x01") * needed
        pixels = np.frombuffer(self._work, np.uint8, needed).reshape(256, width, 3)
        return pixels[::4, :64].copy()


def data(n):
    return {"widths": [256 + (k * 389) % 1024 for k in range(n)]}


def generate(widths, batch_size=16):
    decoder = Decoder()
    while True:
        for start in range(0, len(widths), batch_size):
            yield np.stack([decoder.decode(width) for width in widths[start : start + batch_size]])
