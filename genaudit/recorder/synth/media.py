"""``wav:`` and ``video:``: sound and film in files, written without a codec that would have to be installed."""

import struct
import wave
from pathlib import Path
from typing import Any, ClassVar

from genaudit.recorder.synth.keeping import VERSION, Write
from genaudit.recorder.synth.made import SynthSpec, counts
from genaudit.recorder.synth.words import Reader, edges, number, one_of

_LONGEST_EDGE = 4096
_LAYOUTS = ("classes", "flat")
_FRAMES_A_SECOND = 25
_HAS_INDEX = 0x10
_KEY_FRAME = 0x10


class _Clips(SynthSpec, frozen=True, kw_only=True):
    """Files in a folder for each class."""

    ENDING: ClassVar[str] = ""
    BY_TURNS: ClassVar[bool] = False

    layout: str = "classes"

    @property
    def names(self) -> list[str]:
        """Class by class, as a sorted listing gives them."""
        digits = len(str(self.classes - 1))
        return [
            f"class_{self.label(i):0{digits}d}/clip_{i:07d}{self.ENDING}"
            if self.layout == "classes"
            else f"clip_{i:07d}{self.ENDING}"
            for i in range(self.n)
        ]

    def given(self, folder: Path) -> dict[str, Any]:
        """The files, and their folder."""
        inside = {"inside": f"in {self.classes} class folders"} if self.layout == "classes" else {}
        return {"files": [str(folder / name) for name in self.names], **inside}


class Wav(_Clips, frozen=True, kw_only=True):
    """Sound of one channel in 16 bits: a tone for each file, and noise."""

    KIND: ClassVar[str] = "wav"
    FOLDER: ClassVar[str] = "sounds"
    ENDING: ClassVar[str] = ".wav"
    EXAMPLE: ClassVar[str] = "wav:n=400,seconds=2,rate=16000,classes=4"
    OPTIONS: ClassVar[dict[str, Reader]] = counts(
        seconds=number("seconds", 3600), rate=number("rate", 192_000), layout=one_of("layout", _LAYOUTS)
    )

    seconds: int = 2
    rate: int = 16_000

    @property
    def plural(self) -> str:
        """What the items are called."""
        return "WAV files"

    @property
    def key(self) -> str:
        """Name of its folder in the cache."""
        return f"wav-{self.n}-{self.seconds}s-{self.rate}-{self.layout}-{self.classes}-v{VERSION}"

    def writer(self) -> Write:
        """Writes with the standard library."""

        def write(index: int, path: Path) -> None:
            import numpy as np

            times = np.arange(self.seconds * self.rate, dtype=np.float32) / self.rate
            noise = np.random.default_rng(index).standard_normal(len(times), dtype=np.float32)
            tone = np.sin(times * np.float32(2 * np.pi * (110 + index % 440)))
            samples = np.clip((tone * 0.3 + noise * 0.02) * 32767, -32768, 32767).astype("<i2")
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(self.rate)
                file.writeframes(samples.tobytes())

        return write

    def given(self, folder: Path) -> dict[str, Any]:
        """The files, their folder, and how many samples a second there are."""
        return {**super().given(folder), "rate": self.rate}


class Video(_Clips, frozen=True, kw_only=True):
    """Film of 25 pictures a second, each a JPEG, in AVI."""

    KIND: ClassVar[str] = "video"
    FOLDER: ClassVar[str] = "videos"
    ENDING: ClassVar[str] = ".avi"
    EXAMPLE: ClassVar[str] = "video:n=40,frames=32,size=128x96,classes=4"
    OPTIONS: ClassVar[dict[str, Reader]] = counts(
        frames=number("frames", 100_000), size=edges(_LONGEST_EDGE), layout=one_of("layout", _LAYOUTS)
    )

    n: int = 40
    frames: int = 32
    width: int = 128
    height: int = 96

    @property
    def plural(self) -> str:
        """What the items are called."""
        return "videos"

    @property
    def key(self) -> str:
        """Name of its folder in the cache."""
        return f"video-{self.n}-{self.frames}-{self.width}x{self.height}-{self.layout}-{self.classes}-v{VERSION}"

    def writer(self) -> Write:
        """Writes each picture as a part of a larger one that the camera moves over."""
        import io

        import numpy as np
        from PIL import Image

        from genaudit.recorder.synth.pictures import Painter

        painter = Painter(self.width + 32, self.height + 32, "jpeg")

        def write(index: int, path: Path) -> None:
            scene = painter.pixels(index, self.label(index))
            frames = []
            for frame in range(self.frames):
                # To and fro, one pixel a picture.
                at = frame % 64 if frame % 64 <= 32 else 64 - frame % 64
                file = io.BytesIO()
                part = np.ascontiguousarray(scene[at : at + self.height, at : at + self.width])
                Image.fromarray(part).save(file, format="jpeg", quality=90)
                frames.append(file.getvalue())
            path.write_bytes(avi(frames, self.width, self.height))

        return write

    def given(self, folder: Path) -> dict[str, Any]:
        """The files, their folder, and how large a picture is."""
        return {**super().given(folder), "size": [self.height, self.width], "channels": 3}


def avi(frames: list[bytes], width: int, height: int) -> bytes:
    """A file of motion JPEG.

    Args:
        frames: Pictures as JPEG.
        width: Of a picture, in pixels.
        height: The same.

    Source:
        AVI RIFF File Reference, and OpenDML's note that each picture of motion JPEG is a key frame.
    """
    longest = max(len(frame) for frame in frames)
    main = struct.pack(
        "<14I", 1_000_000 // _FRAMES_A_SECOND, longest * _FRAMES_A_SECOND, 0, _HAS_INDEX, len(frames), 0, 1, longest,
        width, height, 0, 0, 0, 0,
    )  # fmt: skip
    stream = b"vidsMJPG" + struct.pack(
        "<IHHIIIIIIII4H", 0, 0, 0, 0, 1, _FRAMES_A_SECOND, 0, len(frames), longest, 0xFFFFFFFF, 0, 0, 0, width, height
    )
    picture = struct.pack("<IiiHH4sIiiII", 40, width, height, 1, 24, b"MJPG", width * height * 3, 0, 0, 0, 0)
    header = _list(b"hdrl", _chunk(b"avih", main), _list(b"strl", _chunk(b"strh", stream), _chunk(b"strf", picture)))
    chunks = [_chunk(b"00dc", frame) for frame in frames]
    at, entries = 4, []
    for frame, chunk in zip(frames, chunks, strict=True):
        entries.append(struct.pack("<4sIII", b"00dc", _KEY_FRAME, at, len(frame)))
        at += len(chunk)
    content = b"AVI " + header + _list(b"movi", *chunks) + _chunk(b"idx1", b"".join(entries))
    return b"RIFF" + struct.pack("<I", len(content)) + content


def _chunk(name: bytes, content: bytes) -> bytes:
    """A chunk, which ends at an even place."""
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _list(name: bytes, *parts: bytes) -> bytes:
    return _chunk(b"LIST", name + b"".join(parts))
