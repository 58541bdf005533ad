"""Finds the data set among the arguments by what they are, and makes it smaller."""

from __future__ import annotations

import os

from genaudit.recorder.child.batch.size import dtype_of, elements_of, shape_of
from genaudit.recorder.child.call.location import here
from genaudit.recorder.child.dataset import parts, subset
from genaudit.recorder.child.dataset.fields import fields_in
from genaudit.recorder.child.dataset.folder import Folder, has_files, is_store
from genaudit.recorder.child.dataset.rows import RowsFile, is_rows_file
from genaudit.recorder.child.guard.describe import is_path, value_text
from genaudit.recorder.child.guard.refusal import USAGE, Refusal, listed
from genaudit.recorder.child.guard.static_inspect import library_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Any

FILES, ARRAY, FRAME, DIRECTORY, SEQUENCE = "files", "array", "frame", "directory", "sequence"
IN_MEMORY = {ARRAY, FRAME, SEQUENCE}
"""Kinds whose items are there before the call."""
PART = "part"
"""An object that gives a part of itself."""
ROWS = "rows"
"""A file with a row for each item: only where the user says so."""
MADE = "made"
"""A file that was made, with smaller ones beside it."""
NUMBER = "number"
"""A number of items that the target makes, or takes: only where the user says so."""
LINES = "lines"
"""A list that the user gave as the lines of a file: names of items, where nothing else can be the data set."""

LEAST_ROWS = 16
"""Shorter arrays are constants of the generator, such as the mean of each channel."""
LABEL_SHARE = 8
"""An array with less than this part of another's bytes is its labels."""
_PICTURES = (".avif", ".bmp", ".gif", ".heic", ".jp2", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp")
_SAMPLE = 16
# Folders of a configuration that a training writes to, or reads beside its data.
_OTHER_WORDS = {"cache", "checkpoint", "checkpoints", "ckpt", "config", "export", "log", "logs", "model", "models",
                "out", "output", "outputs", "project", "results", "runs", "save", "temp", "tmp", "weights",
                "work"}  # fmt: skip
# Lists of names that are as long for any data set.
_OF_CLASSES = {"categories", "channels", "class", "classes", "columns", "features", "fields", "keys", "labels",
               "languages", "stopwords", "targets", "tokens", "vocab", "vocabulary", "words"}  # fmt: skip
_SIZED_FILES = 64
# Their rows are read from a file when they are asked for; a cut one would be another type.
_ON_DISK = {"h5py", "netCDF4", "tables", "zarr"}


class Dataset:
    """The argument that grows with the user's data.

    ``base`` is the folder that its file names are relative to, ``folder`` the listing of a directory, ``total`` the
    number of items where nothing has to be counted.
    """

    def __init__(self, name: str, kind: str, value: Any, base: str = "", total: int | None = None) -> None:
        self.name = name
        self.kind = kind
        self.value = value
        self.base = base
        self.folder = Folder(path_text(value) or "") if kind == DIRECTORY else None
        self.rows = RowsFile(path_text(value) or "") if kind == ROWS else None
        listing = self.rows if self.folder is None else self.folder
        if total is not None:
            self.items = total
        else:
            self.items = _items_of(kind, value) if listing is None else len(listing)

    def file_bytes_per_item(self) -> float | None:
        """Mean size on disk of an item's files, from at most 64 items, or of its row; ``None`` where it has none."""
        if self.rows is not None:
            return self.rows.bytes_per_row(self.items)
        if self.kind == MADE:
            return os.path.getsize(path_text(self.value) or "") / self.items
        sizes = [size for paths in self._sampled_paths() if (size := _size_on_disk(paths)) is not None]
        return sum(sizes) / len(sizes) if sizes else None

    def looks_like_images(self) -> bool:
        """Whether most of the items are files with the endings of pictures."""
        paths = self._sampled_paths()
        pictures = sum(any(path.lower().endswith(_PICTURES) for path in files) for files in paths)
        return pictures * 2 > len(paths)

    def cut(self, values: dict[str, Any], n: int, scratch: str) -> tuple[dict[str, Any], int]:
        """The arguments that change for a data set of ``n`` items.

        Args:
            values: All arguments by name; those as long as the data set are cut along.
            n: Items wanted; as many as there are, or more, change nothing.
            scratch: Folder for the tree of links.

        Returns:
            New values by name, and the items in them.
        """
        if n >= self.items:
            return {}, self.items
        if self.folder is not None:
            chosen: Sequence[int] = self.folder.choose(max(1, n))
            cut: dict[str, Any] = {self.name: self._linked(list(chosen), scratch)}
        elif self.rows is not None:
            chosen = range(max(1, n))
            files = [(self.name, self.value, self.rows), *self._beside(values)]
            cut = {name: _first_rows(name, value, rows, len(chosen), scratch) for name, value, rows in files}
        elif self.kind == PART:
            chosen = subset.spread(self.items, max(1, n))
            cut = {self.name: parts.part_of(self.value, chosen)}
        elif self.kind == NUMBER:
            chosen = subset.spread(self.items, max(1, n))
            cut = {self.name: len(chosen)}
        else:
            chosen = subset.spread(self.items, max(1, n), stepped=subset.is_mapped(self.value))
            cut = {self.name: subset.take(self.value, chosen)}
        for name in self.along(values):
            cut[name] = subset.take_along(name, values[name], chosen)
        return cut, len(chosen)

    def along(self, values: dict[str, Any]) -> list[str]:
        """Names of the other arguments that have one value an item."""
        return [
            name
            for name, value in values.items()
            if name != self.name and subset.is_cuttable(value) and subset.length(value) == self.items
            and not _is_shape(value)
        ]  # fmt: skip

    def _beside(self, values: dict[str, Any]) -> list[tuple[str, Any, RowsFile]]:
        """Other files with a row for each item, such as one of labels."""
        found = []
        for name, value in values.items():
            path = path_text(value)
            if name == self.name or path is None or not is_rows_file(path):
                continue
            try:
                rows = RowsFile(path)
                if len(rows) == self.items:
                    found.append((name, value, rows))
            except (OSError, ValueError):
                continue
        return found

    def _linked(self, chosen: list[int], scratch: str) -> Any:
        assert self.folder is not None
        text = path_text(self.value) or ""
        name = os.path.basename(os.path.abspath(text)) or "data"
        target = os.path.join(scratch, f"{self.name}-{len(chosen)}", name)
        self.folder.link(chosen, target)
        if not issubclass(type(self.value), str):
            return type(self.value)(target)
        return target + os.sep if text.endswith(os.sep) else target

    def _sampled_paths(self) -> list[list[str]]:
        if self.folder is not None:
            items = self.folder.items
            return [
                [os.path.join(self.folder.path, file) for file in items[i]] for i in _spread(len(items), _SIZED_FILES)
            ]
        column = _file_column(self.value, self.base) if self.kind == FRAME else self.value
        if column is None or self.kind not in {FILES, FRAME}:
            return []
        return [[os.path.join(self.base, path)] for path in _paths_in(column, _SIZED_FILES) if path is not None]


def find(
    values: dict[str, Any],
    wanted: str | None = None,
    told: Collection[str] = (),
    defaults: Collection[str] = (),
    lists: Collection[str] = (),
) -> Dataset | None:
    """The data set among the arguments, or else among the fields of those that are configurations.

    Args:
        values: Arguments by name.
        wanted: The one that the user named; a field by its name with dots.
        told: Arguments whose fields were given with ``--arg``.
        defaults: Arguments that nobody gave: one of them is the data set only where none that was given could be.
        lists: Arguments that were given as the lines of a file.

    Raises:
        Refusal: Two arguments could be it, or the one named cannot be made smaller.
    """
    if wanted is not None:
        return _wanted(values if wanted in values else {**values, **fields_in(values)}, wanted)
    datasets = _candidates(values)
    if not datasets:
        return _in_configuration(values, told) or _by_part(values) or _by_lines(values, lists)
    datasets = [dataset for dataset in datasets if dataset.name not in defaults] or datasets
    if len(datasets) > 1:
        raise _several(datasets)
    return datasets[0]


def _several(datasets: list[Dataset]) -> Refusal:
    options = [f"--dataset {dataset.name}" for dataset in datasets]
    listing = [f"{dataset.name} ({value_text(dataset.value, paths=dataset.kind == FILES)})" for dataset in datasets]
    return Refusal(
        "several arguments could be the data set: " + listed(listing),
        slug="two-datasets",
        hint="say which one grows with your data: " + " or ".join(options[:3]),
        exit_code=USAGE,
    )


def _candidates(values: dict[str, Any]) -> list[Dataset]:
    """What could be the data set, without what goes along with another that could."""
    kinds = {name: kind for name, value in values.items() if (kind := kind_of(value)) is not None}
    based = _in_folder(values, kinds)
    if based is not None:
        return [based]
    return _without_labels([Dataset(name, kind, values[name]) for name, kind in kinds.items()])


def _in_configuration(values: dict[str, Any], told: Collection[str]) -> Dataset | None:
    """The data set among the fields of configurations; of several none, unless the user has just written them.

    Args:
        values: Arguments by name.
        told: Those whose fields were given with ``--arg``.
    """
    fields = _likely(fields_in(values))
    datasets = _candidates(fields) if fields else []
    if len(datasets) > 1 and any(dataset.name.partition(".")[0] in told for dataset in datasets):
        raise _several(datasets)
    return datasets[0] if len(datasets) == 1 else None


def _by_part(values: dict[str, Any]) -> Dataset | None:
    """The one object of a library that gives a part of itself, of its own type: code for the whole works with it."""
    found = [name for name in _with_parts(values) if parts.is_of_library(values[name])]
    if len(found) != 1 or parts.items_of(values[found[0]]) is None:
        return None
    return Dataset(found[0], PART, values[found[0]])


def _by_lines(values: dict[str, Any], lists: Collection[str]) -> Dataset | None:
    """The list of names that somebody wrote down for the target: nobody does so for a few, or in vain.

    Of several that are as long one stands for all, and the others are cut along; of others none is taken.
    """
    long = [name for name in lists if subset.is_cuttable(values[name]) and subset.length(values[name]) >= LEAST_ROWS]
    long = [name for name in long if _OF_CLASSES.isdisjoint(name.lower().split("_"))]
    if len({subset.length(values[name]) for name in long}) != 1:
        return None
    return Dataset(long[0], LINES, values[long[0]])


def _with_parts(values: dict[str, Any]) -> list[str]:
    return [name for name, value in values.items() if parts.gives_parts(value)]


def could_be(values: dict[str, Any]) -> list[str]:
    """What could be named as the data set, where none was taken by itself: objects with parts, fields."""
    fields = fields_in(values)
    if not values:
        return []
    files = [name for name, value in values.items() if (path := path_text(value)) is not None and is_rows_file(path)]
    return [*_with_parts(values), *files, *(dataset.name for dataset in _candidates(_likely(fields)))]


def _likely(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields that may be data, by their names and places."""
    return {
        name: value
        for name, value in fields.items()
        if _OTHER_WORDS.isdisjoint(name.rpartition(".")[2].lower().split("_")) and not _holds_here(value)
    }


def _holds_here(value: Any) -> bool:
    """Whether it is a folder with the current one in it: the project, and not its data."""
    path = path_text(value)
    if path is None or not os.path.isdir(path):
        return False
    return (here() + os.sep).startswith(os.path.join(os.path.abspath(path), ""))


def kind_of(value: object, base: str = "") -> str | None:
    """What kind of data set a value can be, judged by itself; ``None`` if none."""
    path = path_text(value)
    if path is not None:
        return DIRECTORY if os.path.isdir(path) and has_files(path) and not is_store(path) else None
    if subset.is_frame(value):
        return FRAME
    if not subset.is_cuttable(value) or library_class(type(value), _ON_DISK) is not None:
        return None
    if _are_files(value, base):
        return FILES
    return ARRAY if subset.is_array(value) and subset.length(value) >= LEAST_ROWS else None


def path_text(value: Any) -> str | None:
    """The text of a path or of a string; ``None`` of anything else, and of paths that may do more than say where."""
    if issubclass(type(value), str):
        return str.__str__(value)
    return str(value) if is_path(value) else None


def file_sizes(values: dict[str, Any]) -> dict[str, int]:
    """Sizes of the files whose names are values."""
    paths = {name: text for name, value in values.items() if (text := path_text(value))}
    return {name: os.path.getsize(text) for name, text in paths.items() if os.path.isfile(text)}


def _wanted(values: dict[str, Any], name: str) -> Dataset:
    if name not in values:
        raise Refusal(
            f"--dataset {name}: there is no such argument",
            slug="unknown-dataset",
            hint=f"arguments: {listed(values)}" if values else "the target takes no arguments",
            exit_code=USAGE,
        )
    value = values[name]
    kind = kind_of(value) or (SEQUENCE if subset.is_cuttable(value) and not subset.is_array(value) else None)
    if kind is None and subset.is_cuttable(value):
        kind = ARRAY
    if kind is None and type(value) is int and value > 0:
        kind = NUMBER
    path = path_text(value)
    if kind is None and path is not None and is_rows_file(path):
        return _of_rows(name, value)
    if kind is None and parts.gives_parts(value) and parts.items_of(value):
        kind = PART
    if kind is None and parts.has_no_length(value):
        raise Refusal(
            f"--dataset {name}: {value_text(value)} has take, but does not say how many items there are",
            slug="dataset-without-length",
            hint=f"write the function of the size yourself, def FN(n): return {{{name!r}: ….take(n)}}, and name it: "
            "--args-from MODULE:FN",
            exit_code=USAGE,
        )
    if kind is None:
        raise Refusal(
            f"--dataset {name}: {value_text(value)} cannot be made smaller",
            slug="dataset-not-scalable",
            hint="it takes a list of files, an array, a frame, a directory with files, a file with a row for each item "
            "(csv, tsv, jsonl, txt, npy, tfrecord), a number of items, or an object with select, take or torch's "
            "Subset; else write a function of the size n that makes the arguments: --args-from MODULE:FN",
            exit_code=USAGE,
        )
    return Dataset(name, kind, value)


def _first_rows(name: str, value: Any, rows: RowsFile, n: int, scratch: str) -> Any:
    """A path to a file with the first rows, of the type of the argument."""
    # Files of several arguments may have one name, in folders of their own.
    target = os.path.join(scratch, f"{name}-{n}", os.path.basename(rows.path))
    rows.write_first(n, target)
    return target if issubclass(type(value), str) else type(value)(target)


def _of_rows(name: str, value: Any) -> Dataset:
    try:
        return Dataset(name, ROWS, value)
    except (OSError, ValueError) as error:
        raise Refusal(
            f"--dataset {name}: {value_text(value)} cannot be made smaller: {error}",
            slug="dataset-not-scalable",
            hint="write a function of the size n that makes the arguments: --args-from MODULE:FN",
            exit_code=USAGE,
        ) from None


def _items_of(kind: str, value: Any) -> int:
    if kind == PART:
        return parts.items_of(value) or 0
    return int(value) if kind == NUMBER else subset.length(value)


def _in_folder(values: dict[str, Any], kinds: dict[str, str]) -> Dataset | None:
    """A list or frame of file names that are relative to the one directory among the arguments."""
    folders = [name for name, kind in kinds.items() if kind == DIRECTORY]
    if len(folders) != 1:
        return None
    base = path_text(values[folders[0]]) or ""
    lists = [
        Dataset(name, FILES if kinds.get(name) != FRAME else FRAME, value, base)
        for name, value in values.items()
        if name != folders[0] and _names_files_in(value, kinds.get(name), base)
    ]
    return lists[0] if len(lists) == 1 and not set(kinds) - {folders[0], lists[0].name} else None


def _names_files_in(value: Any, kind: str | None, base: str) -> bool:
    if kind == FRAME:
        return _file_column(value) is None and _file_column(value, base) is not None
    return kind != FILES and subset.is_cuttable(value) and _are_files(value, base)


def _without_labels(datasets: list[Dataset]) -> list[Dataset]:
    """Leave out arrays that are one value, or one row, an item of another candidate."""
    lengths = {dataset.items for dataset in datasets if dataset.kind in {FILES, DIRECTORY}}
    datasets = [dataset for dataset in datasets if dataset.kind in {FILES, DIRECTORY} or dataset.items not in lengths]
    tables = sorted(
        (dataset for dataset in datasets if dataset.kind in {ARRAY, FRAME}),
        key=lambda dataset: subset.n_bytes(dataset.value),
    )
    if len(tables) < 2:
        return datasets
    data = tables.pop()
    labels = [dataset for dataset in tables if dataset.items == data.items and _is_beside(dataset.value, data.value)]
    return [dataset for dataset in datasets if dataset not in labels]


def _is_beside(labels: Any, data: Any) -> bool:
    fewer = len(shape_of(labels) or ()) < len(shape_of(data) or ())
    return fewer or subset.n_bytes(labels) * LABEL_SHARE < subset.n_bytes(data)


def _is_shape(value: object) -> bool:
    """A short tuple of numbers is a shape or a range, not a column of labels."""
    if not issubclass(type(value), tuple) or subset.length(value) > 4:
        return False
    return all(issubclass(type(value), (int, float)) for value in elements_of(value))


def _are_files(value: Any, base: str) -> bool:
    """Whether at least half of a sample of a sequence are existing files."""
    if getattr(dtype_of(value), "kind", "O") not in {"O", "U", "T"}:
        return False
    if len(shape_of(value) or ()) > 1:
        return False
    paths = _paths_in(value, _SAMPLE)
    existing = sum(path is not None and os.path.isfile(os.path.join(base, path)) for path in paths)
    return existing > 0 and existing * 2 >= len(paths)


def _file_column(frame: Any, base: str = "") -> Any:
    """The first column of a frame that names files, or ``None``."""
    for index in range(min(len(frame.columns), 50)):
        column = frame.iloc[:, index]
        if _are_files(column, base):
            return column
    return None


def _paths_in(value: Any, n: int) -> list[str | None]:
    return [_path_of(subset.element(value, index)) for index in _spread(subset.length(value), n)]


def _path_of(element: object) -> str | None:
    """The path that an element is, or that a pair of path and label begins with."""
    parts = elements_of(element) if issubclass(type(element), (tuple, list)) else None
    return path_text(parts[0] if parts else element)


def _size_on_disk(paths: list[str]) -> int | None:
    try:
        return sum(os.stat(path).st_size for path in paths)
    except (OSError, ValueError):
        return None


def _spread(n_all: int, n: int) -> list[int]:
    n = min(n, n_all)
    return [index * n_all // n for index in range(n)]
