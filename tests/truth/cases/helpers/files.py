"""Real files for the truth cases: written once, kept in the temporary folder, cheap at any number of items.

Item ``i`` of a pool is a hard link to one of 32 distinct files, and one big file of records is sparse: reading either
fills as much memory as a data set that differs everywhere.
"""

import csv
import io
import json
import os
import random
import sqlite3
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

DISTINCT = 32


def root() -> Path:
    """The folder of all files; never in shared memory, where a mapped file counts as memory held."""
    chosen = os.environ.get("GENAUDIT_TRUTH_DATA")
    base = Path(chosen or tempfile.gettempdir())
    if not chosen and _in_memory(base):
        base = Path("/var/tmp")
    folder = base / f"genaudit-truth-{os.getuid()}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _in_memory(path: Path) -> bool:
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return False
    holding = [(point, kind) for point, kind in mounts if path.resolve().is_relative_to(point)]
    return bool(holding) and max(holding, key=lambda mount: len(mount[0]))[1] == "tmpfs"


def _once(path: Path, write: Callable[[Path], None]) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}")
        write(part)
        part.replace(path)
    return str(path)


def _pool(folder: Path, suffix: str, n: int, write: Callable[[Path, int], None]) -> list[str]:
    """Paths of n files, in order; only those that are not there yet are made."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"{index:06d}{suffix}" for index in range(n)]
    there = set(os.listdir(folder))
    for index, name in enumerate(names):
        if name in there:
            continue
        if index < DISTINCT:
            _once(folder / name, lambda path, index=index: write(path, index))
        else:
            try:
                os.link(folder / names[index % DISTINCT], folder / name)
            except FileExistsError:
                pass
    return [f"{folder}/{name}" for name in names]


def _noise(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)


def _write_npy(path: Path, shape: tuple[int, ...], seed: int) -> None:
    import numpy as np

    pixels = np.frombuffer(_noise(seed, int(np.prod(shape))), np.uint8).reshape(shape)
    with path.open("wb") as file:
        np.save(file, pixels)


def arrays(n: int, shape: tuple[int, ...] = (128, 128, 4)) -> list[str]:
    """Paths of n ``.npy`` files of uint8, 64 KiB each unless another shape is asked for."""
    name = "npy-" + "x".join(map(str, shape))
    return _pool(root() / name, ".npy", n, lambda path, index: _write_npy(path, shape, index))


def jpegs(n: int, width: int = 128, height: int = 128) -> list[str]:
    """Paths of n JPEG photographs."""
    return _pool(
        root() / f"jpeg-{width}x{height}", ".jpg", n, lambda path, index: _write_jpeg(path, width, height, index)
    )


def _write_jpeg(path: Path, width: int, height: int, seed: int) -> None:
    from PIL import Image

    coarse = Image.frombytes("RGB", (16, 16), _noise(seed, 16 * 16 * 3))
    coarse.resize((width, height), Image.Resampling.BICUBIC).save(path, format="JPEG", quality=90)


def shards(n: int, per_shard: int, shape: tuple[int, ...]) -> list[str]:
    """Paths of ``.npy`` files that hold ``per_shard`` items each, the last one perhaps fewer."""
    whole, rest = divmod(n, per_shard)
    name = f"shards-{per_shard}-" + "x".join(map(str, shape))
    paths = _pool(
        root() / name, ".npy", whole, lambda path, index: _write_npy(path, (per_shard, *shape), index % DISTINCT)
    )
    if rest:
        paths.append(
            _once(root() / f"{name}-rest" / f"{rest}.npy", lambda path: _write_npy(path, (rest, *shape), rest))
        )
    return paths


def folder(n: int, shape: tuple[int, ...] = (128, 128, 4)) -> str:
    """A directory that holds n ``.npy`` files."""
    sources = arrays(min(n, DISTINCT), shape)
    target = root() / ("folder-" + "x".join(map(str, shape))) / str(n)

    def fill(part: Path) -> None:
        part.mkdir()
        for index in range(n):
            os.link(sources[index % len(sources)], part / f"{index:06d}.npy")

    return _once(target, fill)


def big_array(n: int, shape: tuple[int, ...] = (64, 64, 4)) -> str:
    """One ``.npy`` file of n items of uint8, sparse after the first."""
    import numpy as np

    size = int(np.prod(shape))

    def write(path: Path) -> None:
        with path.open("wb") as file:
            np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": (n, *shape)})
            start = file.tell()
            file.write(_noise(1, size))
            file.truncate(start + n * size)

    return _once(root() / ("big-" + "x".join(map(str, shape))) / f"{n}.npy", write)


def records(n: int, size: int = 16 * 1024) -> str:
    """One binary file of n records of the same size, sparse after the first."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(_noise(2, size))
            file.truncate(n * size)

    return _once(root() / f"records-{size}" / f"{n}.bin", write)


def text(n: int, length: int = 2048) -> str:
    """A text file of n lines, each ``length`` characters with its end."""

    def write(path: Path) -> None:
        words = " ".join(random.Random(3).choices(["cat", "horse", "ox", "sparrow", "bee"], k=length))
        with path.open("w", encoding="utf-8") as file:
            for index in range(n):
                file.write(f"{index:08d} {words}"[: length - 1] + "\n")

    return _once(root() / f"text-{length}" / f"{n}.txt", write)


def csv_table(n: int, columns: int = 256) -> str:
    """A CSV file of n rows of numbers between 0 and 1, with a header."""

    def write(path: Path) -> None:
        rng = random.Random(4)
        rows = [[f"{rng.random():.6f}" for _ in range(columns)] for _ in range(DISTINCT)]
        with path.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(f"c{column}" for column in range(columns))
            table.writerows(rows[index % DISTINCT] for index in range(n))

    return _once(root() / f"csv-{columns}" / f"{n}.csv", write)


def json_records(n: int, numbers: int = 256) -> str:
    """A JSON file: a list of n objects, each with an id and a list of numbers."""

    def write(path: Path) -> None:
        rng = random.Random(5)
        with path.open("w", encoding="utf-8") as file:
            for index in range(n):
                row = {"id": index, "features": [round(rng.random(), 6) for _ in range(numbers)]}
                file.write(("[" if index == 0 else ",") + json.dumps(row))
            file.write("]")

    return _once(root() / f"json-{numbers}" / f"{n}.json", write)


def zip_archive(n: int, shape: tuple[int, ...] = (64, 64, 4)) -> str:
    """A ZIP archive of n ``.npy`` members, compressed."""

    def write(path: Path) -> None:
        members = [Path(member).read_bytes() for member in arrays(min(n, DISTINCT), shape)]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for index in range(n):
                archive.writestr(f"{index:06d}.npy", members[index % DISTINCT])

    return _once(root() / ("zip-" + "x".join(map(str, shape))) / f"{n}.zip", write)


def tar_archive(n: int, shape: tuple[int, ...] = (64, 64, 4)) -> str:
    """A TAR archive of n ``.npy`` members."""

    def write(path: Path) -> None:
        members = [Path(member).read_bytes() for member in arrays(min(n, DISTINCT), shape)]
        with tarfile.open(path, "w") as archive:
            for index in range(n):
                content = members[index % DISTINCT]
                info = tarfile.TarInfo(f"{index:06d}.npy")
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
                archive.members = []

    return _once(root() / ("tar-" + "x".join(map(str, shape))) / f"{n}.tar", write)


def hdf5(n: int, shape: tuple[int, ...] = (64, 64, 4)) -> str:
    """An HDF5 file with a data set ``images`` of n items of uint8, in chunks of 16."""

    def write(path: Path) -> None:
        import h5py
        import numpy as np

        with h5py.File(path, "w") as file:
            images = file.create_dataset("images", (n, *shape), "u1", chunks=(min(16, n), *shape))
            block = np.frombuffer(_noise(6, 16 * int(np.prod(shape))), np.uint8).reshape(16, *shape)
            for start in range(0, n, 16):
                images[start : start + 16] = block[: n - start]

    return _once(root() / ("hdf5-" + "x".join(map(str, shape))) / f"{n}.h5", write)


def sqlite(n: int, size: int = 16 * 1024) -> str:
    """An SQLite data base with a table ``images`` of n blobs."""

    def write(path: Path) -> None:
        blob = _noise(7, size)
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE images (id INTEGER PRIMARY KEY, label INTEGER, pixels BLOB)")
            rows = ((index, index % 10, blob) for index in range(n))
            connection.executemany("INSERT INTO images VALUES (?, ?, ?)", rows)
        connection.close()

    return _once(root() / f"sqlite-{size}" / f"{n}.sqlite", write)
