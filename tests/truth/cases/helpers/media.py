"""More real files for the truth cases, in the shapes that projects have: sound, video, shards, volumes, lines of JSON.

As in ``files``, they are written once, and most items are hard links to a few distinct files.
"""

import io
import json
import os
import random
import tarfile
import wave
from pathlib import Path

from tests.truth.cases.helpers.files import DISTINCT, _noise, _once, _pool, arrays, root


def wavs(n: int, seconds: float = 2.0, rate: int = 16_000) -> list[str]:
    """Paths of n WAV files, 16 bit, one channel: 62.5 KiB each unless another length is asked for."""

    def write(path: Path, index: int) -> None:
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(_noise(index, int(seconds * rate) * 2))

    return _pool(root() / f"wav-{seconds}-{rate}", ".wav", n, write)


def videos(n: int, frames: int = 16, size: tuple[int, int] = (96, 64)) -> list[str]:
    """Paths of n motion-JPEG videos."""

    def write(path: Path, index: int) -> None:
        import cv2
        import numpy as np

        part = path.with_name(f"part-{os.getpid()}-{index}.avi")
        writer = cv2.VideoWriter(str(part), cv2.VideoWriter_fourcc(*"MJPG"), 25, size)
        for frame in range(frames):
            writer.write(np.full((size[1], size[0], 3), (index * 7 + frame) % 256, np.uint8))
        writer.release()
        part.replace(path)

    return _pool(root() / f"avi-{frames}-{size[0]}x{size[1]}", ".avi", n, write)


def tar_shards(n: int, per_shard: int = 32, shape: tuple[int, ...] = (64, 64, 4)) -> list[str]:
    """Paths of TAR shards that hold n samples: ``key.npy`` with its ``key.json``."""
    whole, rest = divmod(n, per_shard)
    folder = root() / f"tarshards-{per_shard}-{'x'.join(map(str, shape))}"

    def write(path: Path, count: int) -> None:
        members = [Path(member).read_bytes() for member in arrays(min(count, DISTINCT), shape)]
        with tarfile.open(path, "w") as archive:
            for index in range(count):
                label = json.dumps({"label": index % 10}).encode()
                for suffix, content in ((".npy", members[index % len(members)]), (".json", label)):
                    info = tarfile.TarInfo(f"{index:06d}{suffix}")
                    info.size = len(content)
                    archive.addfile(info, io.BytesIO(content))

    paths = _pool(folder, ".tar", whole, lambda path, _: write(path, per_shard))
    if rest:
        paths.append(_once(folder / "rest" / f"{rest}.tar", lambda path: write(path, rest)))
    return paths


def volumes(n: int, shape: tuple[int, ...] = (16, 64, 64)) -> list[str]:
    """Paths of n raw volumes of int16, zero almost everywhere (sparse files)."""

    def write(path: Path, index: int) -> None:
        size = 2
        for length in shape:
            size *= length
        with path.open("wb") as file:
            file.write(_noise(index, 4096))
            file.truncate(size)

    return _pool(root() / f"volumes-{'x'.join(map(str, shape))}", ".raw", n, write)


def json_lines(n: int, length: int = 2048) -> str:
    """A file of n lines of JSON, each with an id and a text of that length."""

    def write(path: Path) -> None:
        words = random.Random(8).choices(["cat", "horse", "ox", "sparrow", "bee"], k=length)
        body = " ".join(words)[:length]
        with path.open("w", encoding="utf-8") as file:
            for index in range(n):
                file.write(json.dumps({"id": index, "text": f"{index:08d} {body}"[:length]}) + "\n")

    return _once(root() / f"jsonl-{length}" / f"{n}.jsonl", write)


def table_parts(n: int, per_part: int = 32, columns: int = 128) -> list[str]:
    """Paths of CSV files that hold n rows together."""
    whole, rest = divmod(n, per_part)
    folder = root() / f"parts-{per_part}-{columns}"

    def write(path: Path, rows: int) -> None:
        rng = random.Random(9)
        with path.open("w", encoding="utf-8") as file:
            file.write(",".join(f"c{column}" for column in range(columns)) + "\n")
            for _ in range(rows):
                file.write(",".join(f"{rng.random():.6f}" for _ in range(columns)) + "\n")

    paths = _pool(folder, ".csv", whole, lambda path, _: write(path, per_part))
    if rest:
        paths.append(_once(folder / "rest" / f"{rest}.csv", lambda path: write(path, rest)))
    return paths
