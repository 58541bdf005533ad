"""``images:``: pictures in files, in class folders, in one folder, or with a mask for each."""

from pathlib import Path
from typing import Any, ClassVar

import msgspec

from genaudit.errors import UsageError
from genaudit.recorder.synth.keeping import VERSION, Write
from genaudit.recorder.synth.made import SynthSpec, counts
from genaudit.recorder.synth.words import Reader, edges, one_of

FORMATS = {"jpeg": ".jpg", "png": ".png", "bmp": ".bmp", "webp": ".webp"}
"""Formats and the endings of their files."""
MODES = {"rgb": ("jpeg", "png", "bmp", "webp"), "grey": ("jpeg", "png", "bmp", "webp"), "grey16": ("png",)}
"""What a pixel is, and the formats that can hold it."""
LAYOUTS = ("classes", "flat", "masks")
_CODECS = {"jpeg": "jpg", "png": "zlib", "webp": "webp"}
LONGEST_EDGE = 8192


class Images(SynthSpec, frozen=True, kw_only=True):
    """Pictures that compress like photographs."""

    KIND: ClassVar[str] = "images"
    FOLDER: ClassVar[str] = "images"
    BY_TURNS: ClassVar[bool] = False
    EXAMPLE: ClassVar[str] = "images:n=400,size=256x256,format=jpeg,classes=4"
    OPTIONS: ClassVar[dict[str, Reader]] = counts(
        size=edges(LONGEST_EDGE),
        format=one_of("format", tuple(FORMATS), {"jpg": "jpeg"}),
        layout=one_of("layout", LAYOUTS),
        mode=one_of("mode", tuple(MODES), {"gray": "grey", "gray16": "grey16"}),
    )

    width: int = 256
    height: int = 256
    format: str = "jpeg"
    layout: str = "classes"
    mode: str = "rgb"

    def checked(self, given: set[str]) -> "SynthSpec":
        """As for all; and a format that can hold the pixels."""
        if self.format not in MODES[self.mode]:
            if "format" in given:
                raise ValueError(f"{self.format} cannot hold {self.mode}: write format={MODES[self.mode][0]}")
            return msgspec.structs.replace(self, format=MODES[self.mode][0]).checked(given)
        return super().checked(given)

    @property
    def plural(self) -> str:
        """What the items are called."""
        return "images"

    @property
    def key(self) -> str:
        """Name of its folder in the cache; without what is as it always was, so that old caches serve on."""
        others = [part for part, usual in ((self.layout, "classes"), (self.mode, "rgb")) if part != usual]
        parts = [f"images-{self.n}-{self.width}x{self.height}-{self.format}-{self.classes}", *others]
        return f"{'-'.join(parts)}-v{VERSION}"

    @property
    def names(self) -> list[str]:
        """The images, class by class, as a sorted listing gives them; then the masks."""
        ending = FORMATS[self.format]
        names = [f"{self._folder(i)}image_{i:07d}{ending}" for i in range(self.n)]
        return names + ([f"masks/image_{i:07d}.png" for i in range(self.n)] if self.layout == "masks" else [])

    def writer(self) -> Write:
        """Paints images, and masks after them."""
        check_codec(self.format)
        from genaudit.recorder.synth.pictures import Painter

        painter = Painter(self.width, self.height, self.format, self.mode)

        def write(index: int, path: Path) -> None:
            if index < self.n:
                painter.paint(index, self.label(index), path)
            else:
                painter.paint_mask(index - self.n, self.label(index - self.n), self.classes, path)

        return write

    def given(self, folder: Path) -> dict[str, Any]:
        """The files, their folder, and masks where there are some."""
        files = [str(folder / name) for name in self.names]
        given: dict[str, Any] = {
            "files": files[: self.n],
            "size": [self.height, self.width],
            "channels": 3 if self.mode == "rgb" else 1,
        }
        if self.layout == "classes":
            given["inside"] = f"in {self.classes} class folders"
        if self.layout == "masks":
            given["masks"] = files[self.n :]
            given["inside"] = "in images/, with masks/ beside it"
            given["data_folder"], given["masks_folder"] = str(folder / "images"), str(folder / "masks")
        return given

    def _folder(self, index: int) -> str:
        if self.layout != "classes":
            return "images/" if self.layout == "masks" else ""
        # One width of numbers for all, or class_10 would be listed before class_2.
        return f"class_{self.label(index):0{len(str(self.classes - 1))}d}/"


def check_codec(name: str) -> None:
    """Refuse a format that this Pillow cannot write.

    Raises:
        UsageError: It cannot.
    """
    from PIL import features

    codec = _CODECS.get(name)
    if codec is not None and not features.check(codec):
        raise UsageError(
            f"--synth: the Pillow installed here cannot write {name}", slug="bad-synth", hint="use format=png"
        )
