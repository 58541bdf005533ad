"""``arrays:``, ``npy:`` and ``h5:``: numbers, in memory, in a file of NumPy, in one of HDF5."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from genaudit.recorder.synth.keeping import VERSION, Write
from genaudit.recorder.synth.made import SynthSpec, counts, needs
from genaudit.recorder.synth.words import Reader, one_of, shape
from genaudit.units import MIB

if TYPE_CHECKING:
    import numpy as np

DTYPES = ("uint8", "int8", "int16", "int32", "int64", "uint16", "uint32", "float16", "float32", "float64", "bool")
EIGHTHS = 8
_BLOCK_BYTES = 16 * MIB
_DATA_NAMES = ("data", "images", "x", "X", "features")
_LABEL_NAMES = ("labels", "y", "Y", "targets")


class Arrays(SynthSpec, frozen=True, kw_only=True):
    """An array with a row for each item, and one of labels; given as arrays in memory."""

    KIND: ClassVar[str] = "arrays"
    EXAMPLE: ClassVar[str] = "arrays:n=1000,shape=64x64x3,dtype=float32,classes=4"
    OPTIONS: ClassVar[dict[str, Reader]] = counts(shape=shape, dtype=one_of("dtype", DTYPES))

    shape: tuple[int, ...] = (64, 64, 3)
    dtype: str = "float32"

    @property
    def plural(self) -> str:
        """What the items are called."""
        return "rows"

    @property
    def key(self) -> str:
        """Name of its folder in the cache; ``arrays`` and ``npy`` are the same files."""
        return f"npy-{self._numbers}-v{VERSION}"

    @property
    def _numbers(self) -> str:
        return f"{self.n}-{'x'.join(map(str, self.shape))}-{self.dtype}-{self.classes}"

    @property
    def names(self) -> list[str]:
        """The data, and the labels beside it."""
        return ["data.npy", "labels.npy"]

    def writer(self) -> Write:
        """Writes block by block: the array may be larger than memory."""

        def write(index: int, path: Path) -> None:
            import numpy as np
            from numpy.lib.format import open_memmap

            if index == 1:
                np.save(path, self.labels(self.n))
                return
            target = open_memmap(path, mode="w+", dtype=self.dtype, shape=(self.n, *self.shape))
            for start, block in self.blocks(self.n):
                target[start : start + len(block)] = block
            target.flush()

        return write

    def given(self, folder: Path) -> dict[str, Any]:
        """Arrays that the target's process loads."""
        data, labels = (str(folder / name) for name in self.names)
        return {"arrays": {"data": data, "labels": labels}, "shape": list(self.shape), "dtype": self.dtype}

    def labels(self, n: int) -> "np.ndarray[Any, Any]":
        """The labels of the first items."""
        import numpy as np

        return np.array([self.label(index) for index in range(n)], dtype=np.int64)

    def blocks(self, n: int) -> Any:
        """The first ``n`` rows in blocks, each with the number of its first row."""
        import numpy as np

        kind = np.dtype(self.dtype)
        values = math.prod(self.shape)
        rows = max(1, _BLOCK_BYTES // max(1, values * kind.itemsize))
        for start in range(0, n, rows):
            # One generator for each row: the first rows are the same in a data set of any size.
            made = [np.random.default_rng(row) for row in range(start, min(start + rows, n))]
            if kind.kind == "f":
                block = np.stack([random.random(values, dtype=np.float32) for random in made])
            elif kind.kind == "b":
                block = np.stack([random.integers(0, 2, values) for random in made])
            else:
                most = min(255, np.iinfo(kind).max)
                block = np.stack([random.integers(0, most + 1, values, dtype=np.int64) for random in made])
            yield start, block.astype(kind).reshape((len(made), *self.shape))


class Npy(Arrays, frozen=True, kw_only=True):
    """The same, given as the path of a file of NumPy."""

    KIND: ClassVar[str] = "npy"
    EXAMPLE: ClassVar[str] = "npy:n=1000,shape=64x64x3,dtype=float32,classes=4"

    def given(self, folder: Path) -> dict[str, Any]:
        """The file, and that of the labels."""
        data, labels = (str(folder / name) for name in self.names)
        return {
            "file": data,
            "files": [data],
            "labels_file": labels,
            "shape": list(self.shape),
            "dtype": self.dtype,
            "what": f"NumPy file of {self.n} rows",
        }


class H5(Arrays, frozen=True, kw_only=True):
    """The same in one file of HDF5, under the names that are usual."""

    KIND: ClassVar[str] = "h5"
    EXAMPLE: ClassVar[str] = "h5:n=1000,shape=64x64x3,dtype=float32,classes=4"

    @property
    def key(self) -> str:
        """Name of its folder in the cache."""
        return f"h5-{self._numbers}-v{VERSION}"

    @property
    def names(self) -> list[str]:
        """The file, and smaller ones: no other process could cut it."""
        return ladder(self.n, "data.h5")

    def writer(self) -> Write:
        """Writes with h5py."""
        needs("h5py", "h5")
        items = rungs(self.n)

        def write(index: int, path: Path) -> None:
            import h5py

            n = items[index]
            # Without times in the file, it is the same every time: groups of the newer formats have one.
            with h5py.File(path, "w", libver="earliest") as file:
                data = file.create_dataset(_DATA_NAMES[0], (n, *self.shape), self.dtype, track_times=False)
                for start, block in self.blocks(n):
                    data[start : start + len(block)] = block
                labels = file.create_dataset(_LABEL_NAMES[0], data=self.labels(n), track_times=False)
                for names, made in ((_DATA_NAMES, data), (_LABEL_NAMES, labels)):
                    for name in names[1:]:
                        file[name] = made

        return write

    def given(self, folder: Path) -> dict[str, Any]:
        """The file, and the smaller ones by their number of items."""
        what = f"HDF5 file of {self.n} rows, with the names {', '.join((*_DATA_NAMES, *_LABEL_NAMES))}"
        return {**one_file(self.n, folder, self.names), "what": what, "shape": list(self.shape), "dtype": self.dtype}


def rungs(n: int) -> list[int]:
    """Items of the whole, and of the smaller files of a kind that cannot be cut by who knows nothing of its format."""
    smaller = {max(1, n * part // (2 * EIGHTHS)) for part in (1, *range(2, 2 * EIGHTHS, 2))}
    return [n, *sorted(smaller - {n})]


def ladder(n: int, name: str) -> list[str]:
    """The whole file, and smaller ones of the same name."""
    return [f"whole/{name}", *(f"first-{items}/{name}" for items in rungs(n)[1:])]


def one_file(n: int, folder: Path, names: list[str]) -> dict[str, Any]:
    """What is given of a file with smaller ones beside it."""
    paths = [str(folder / name) for name in names]
    smaller = [[items, path] for items, path in zip(rungs(n)[1:], paths[1:], strict=True)]
    return {"file": paths[0], "files": [paths[0]], "data_folder": str(folder / "whole"), "smaller": smaller}
