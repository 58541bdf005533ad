"""Pictures that compress like photographs: smooth light, a few shapes, a little noise. The same every time."""

from pathlib import Path
from typing import IO, Any

# Drawn once and shifted from picture to picture: random numbers for each pixel would cost more than the encoding.
_NOISE_EDGE = 64
_NOISE_SPREAD = 5.0
_SHAPES = 5
_OPTIONS: dict[str, dict[str, Any]] = {
    "jpeg": {"quality": 90},
    "png": {"compress_level": 1},
    "bmp": {},
    "webp": {"quality": 80, "method": 0},
}


class Painter:
    """Paints numbered pictures of one size.

    Args:
        width: In pixels.
        height: In pixels.
        image_format: jpeg, png, bmp or webp.
        mode: rgb, grey, or grey16 of 16 bits.
    """

    def __init__(self, width: int, height: int, image_format: str, mode: str = "rgb") -> None:
        import numpy as np

        self._mode = mode
        self._size = (width, height)
        self._format = image_format
        shape = (height + _NOISE_EDGE, width + _NOISE_EDGE, 1)
        noise = np.random.default_rng(0).standard_normal(shape, dtype=np.float32)
        self._noise = np.round(noise * _NOISE_SPREAD).astype(np.int16)

    def paint(self, index: int, label: int, path: "Path | IO[bytes]") -> None:
        """Write picture number ``index`` of class ``label`` to a file."""
        self._saved(self.pixels(index, label), path)

    def paint_mask(self, index: int, label: int, classes: int, path: Path) -> None:
        """Write the mask of picture number ``index``: grey, with the number of a class in each pixel."""
        import numpy as np
        from PIL import Image, ImageDraw

        width, height = self._size
        random = np.random.default_rng((index, label, 1))
        mask = Image.new("L", self._size, 0)
        corners = random.integers(0, (width, height), (2, 2))
        box = [*np.minimum(*corners).tolist(), *np.maximum(*corners).tolist()]
        ImageDraw.Draw(mask).ellipse(box, fill=1 + label % max(1, min(classes, 256) - 1))
        mask.save(path, format="png", **_OPTIONS["png"])

    def _saved(self, pixels: Any, path: "Path | IO[bytes]") -> None:
        import numpy as np
        from PIL import Image

        painted = Image.fromarray(pixels)
        if self._mode == "grey":
            painted = painted.convert("L")
        elif self._mode == "grey16":
            # The whole range of 16 bits, as cameras and scanners use it: 257 is 65535 / 255.
            painted = Image.fromarray(np.asarray(painted.convert("L"), dtype=np.uint16) * 257)
        painted.save(path, format=self._format, **_OPTIONS[self._format])

    def pixels(self, index: int, label: int) -> Any:
        """Picture number ``index`` of class ``label`` as an array of rows."""
        import numpy as np
        from PIL import Image, ImageDraw

        width, height = self._size
        random = np.random.default_rng((index, label))
        light = random.integers(0, 256, (4, 4, 3), dtype=np.uint8)
        # Each class has a colour of its own, as flowers or animals have.
        light[..., label % 3] //= 2
        image = Image.fromarray(light).resize(self._size, Image.Resampling.BICUBIC)
        draw = ImageDraw.Draw(image)
        for shape in range(_SHAPES):
            corners = random.integers(0, (width, height), (2, 2))
            box = [*np.minimum(*corners).tolist(), *np.maximum(*corners).tolist()]
            color = tuple(random.integers(0, 256, 3).tolist())
            (draw.ellipse if (shape + label) % 2 else draw.rectangle)(box, fill=color)
        down, right = random.integers(0, _NOISE_EDGE, 2)
        pixels = np.asarray(image) + self._noise[down : down + height, right : right + width]
        return np.clip(pixels, 0, 255).astype(np.uint8)
