"""``tfrecord:`` and ``shards:``: pictures with labels, many in a file, as TensorFlow and webdataset read them."""

import io
import struct
import tarfile
from pathlib import Path
from typing import Any, ClassVar

from genaudit.recorder.synth.keeping import VERSION, Write
from genaudit.recorder.synth.made import MOST_FILES, SynthSpec, counts
from genaudit.recorder.synth.pictures import Painter
from genaudit.recorder.synth.words import Reader, edges, number

_LONGEST_EDGE = 4096
_POLYNOMIAL = 0x82F63B78
_MASK_DELTA = 0xA282EAD8
_BITS = 0xFFFFFFFF


class _Records(SynthSpec, frozen=True, kw_only=True):
    """Pictures, and how many files they lie in."""

    n: int = 400
    width: int = 64
    height: int = 64
    files: int = 8

    def checked(self, given: set[str]) -> "SynthSpec":
        """As for all; and an item for each file."""
        import msgspec

        if self.files > self.n:
            if "files" in given:
                raise ValueError(f"{self.files} files need at least as many {self.plural}")
            return msgspec.structs.replace(self, files=self.n).checked(given)
        return super().checked(given)

    @property
    def plural(self) -> str:
        """What the items are called."""
        return "images"

    @property
    def key(self) -> str:
        """Name of its folder in the cache."""
        return f"{self.KIND}-{self.n}-{self.width}x{self.height}-{self.files}-{self.classes}-v{VERSION}"

    def writer(self) -> Write:
        """Writes the pictures of a file into it."""
        painter = Painter(self.width, self.height, "jpeg")

        def write(index: int, path: Path) -> None:
            self.write_file(painter, range(index * self.n // self.files, (index + 1) * self.n // self.files), path)

        return write

    def write_file(self, painter: Painter, items: range, path: Path) -> None:
        """Write a file with these items."""
        raise NotImplementedError

    def jpeg(self, painter: Painter, item: int) -> bytes:
        """A picture as it is in a file."""
        file = io.BytesIO()
        painter.paint(item, self.label(item), file)
        return file.getvalue()

    def given(self, folder: Path) -> dict[str, Any]:
        """The files, their folder, and how large a picture is."""
        files = [str(folder / name) for name in self.names]
        one = {"file": files[0]} if self.files == 1 else {}
        return {"files": files, **one, "size": [self.height, self.width], "channels": 3}


class Tfrecord(_Records, frozen=True, kw_only=True):
    """Files of ``tf.train.Example`` with the features ``image``, a JPEG, and ``label``."""

    KIND: ClassVar[str] = "tfrecord"
    EXAMPLE: ClassVar[str] = "tfrecord:n=400,size=64x64,files=8,classes=4"
    OPTIONS: ClassVar[dict[str, Reader]] = counts(size=edges(_LONGEST_EDGE), files=number("files", MOST_FILES))

    @property
    def names(self) -> list[str]:
        """Named as TensorFlow's data sets name them."""
        return [f"data-{number:05d}-of-{self.files:05d}.tfrecord" for number in range(self.files)]

    def write_file(self, painter: Painter, items: range, path: Path) -> None:
        """Each record: its length, the checksum of that, the example, its checksum."""
        with path.open("wb") as file:
            for item in items:
                file.write(record(example(self.jpeg(painter, item), self.label(item))))

    def given(self, folder: Path) -> dict[str, Any]:
        """The features' names are told as well."""
        what = f"TFRecord file of {self.n} examples with the features image (a JPEG) and label"
        return {**super().given(folder), "what": what}


class Shards(_Records, frozen=True, kw_only=True):
    """Archives of webdataset: ``0000000.jpg`` with ``0000000.cls`` beside it."""

    KIND: ClassVar[str] = "shards"
    EXAMPLE: ClassVar[str] = "shards:n=400,size=64x64,files=8,classes=4"
    OPTIONS: ClassVar[dict[str, Reader]] = counts(size=edges(_LONGEST_EDGE), files=number("files", MOST_FILES))

    @property
    def names(self) -> list[str]:
        """Named as webdataset's writer names them."""
        return [f"shard-{number:06d}.tar" for number in range(self.files)]

    def write_file(self, painter: Painter, items: range, path: Path) -> None:
        """Two members for each item, without owners and times."""
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
            for item in items:
                for ending, content in (("jpg", self.jpeg(painter, item)), ("cls", b"%d" % self.label(item))):
                    member = tarfile.TarInfo(f"{item:07d}.{ending}")
                    member.size = len(content)
                    archive.addfile(member, io.BytesIO(content))

    def given(self, folder: Path) -> dict[str, Any]:
        """The members' names are told as well."""
        return {**super().given(folder), "what": f"webdataset shard of {self.n} images (jpg, cls)"}


def example(image: bytes, label: int) -> bytes:
    """A ``tf.train.Example`` in the encoding of protocol buffers.

    Source:
        tensorflow/core/example/example.proto and feature.proto; the encoding of protocol buffers.
    """
    bytes_list = _field(1, _field(1, image))
    int64_list = _field(3, _field(1, _varint(label)))
    entries = [(b"image", bytes_list), (b"label", int64_list)]
    features = b"".join(_field(1, _field(1, name) + _field(2, feature)) for name, feature in entries)
    return _field(1, features)


def record(content: bytes) -> bytes:
    """One record of a TFRecord file.

    Source:
        The TFRecords format details of TensorFlow's guide.
    """
    length = struct.pack("<Q", len(content))
    return length + _masked(length) + content + _masked(content)


def _masked(content: bytes) -> bytes:
    checksum = crc32c(content)
    rotated = ((checksum >> 15) | (checksum << 17)) & _BITS
    return struct.pack("<I", (rotated + _MASK_DELTA) & _BITS)


def crc32c(content: bytes) -> int:
    """The checksum of Castagnoli.

    Source:
        RFC 3720, appendix B.4.

    Example:
        >>> hex(crc32c(bytes(32)))
        '0x8a9136aa'
    """
    value = _BITS
    for byte in content:
        value = _TABLE[(value ^ byte) & 0xFF] ^ (value >> 8)
    return value ^ _BITS


def _table() -> list[int]:
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (_POLYNOMIAL if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _table()


def _field(number: int, content: bytes) -> bytes:
    """A field of a length and its content."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    parts = []
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])
