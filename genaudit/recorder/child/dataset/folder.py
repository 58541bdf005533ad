"""A directory as a data set: what its items are, and a smaller one made of links."""

from __future__ import annotations

import os

from genaudit.recorder.child.guard.own_imports import OwnImports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_INDEX_TYPES = {".cfg", ".csv", ".db", ".json", ".jsonl", ".md", ".names", ".parquet", ".pkl", ".sqlite", ".toml",
                ".tsv", ".txt", ".xml", ".yaml", ".yml"}  # fmt: skip
# What lies at the top of a folder that one library reads as one whole: Zarr, LMDB, LevelDB and RocksDB, datasets of
# Hugging Face and of TensorFlow, Lance, Delta, snapshots of tf.data, TileDB.
_OF_STORES = {".zarray", ".zattrs", ".zgroup", ".zmetadata", "zarr.json", "data.mdb", "CURRENT", "dataset_dict.json",
              "dataset_info.json", "_versions", "_delta_log", "dataset_spec.pb", "snapshot.metadata",
              "__schema"}  # fmt: skip


class Folder:
    """The files below a directory, hidden ones left out.

    An item is one data file. Files beside it with the same name and another type (``1.jpg``, ``1.xml``) belong to it;
    where all folders hold files of the same names (``images/1.png``, ``masks/1.png``), those are chosen together.
    Files at the top of a type that indexes have, and the data have not, are no items: each smaller folder has them all.
    A folder below it that a library reads as one whole, such as a store of Zarr, is one item.

    Args:
        path: The directory.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.folders: list[str] = []
        self.files: list[str] = []
        self._stores: list[str] = []
        for folder, names in _walk(path, self._stores):
            self.folders.append(folder)
            self.files.extend(os.path.join(folder, name) for name in names)
        self._aside = _indexes(self.files)
        self._data = [file for file in self.files if file not in self._aside]
        self.items = _grouped(self._data, self._name_of)
        """Files of each item, the paths relative to ``path``."""

    def __len__(self) -> int:
        return len(self.items)

    def choose(self, n: int) -> list[int]:
        """Positions of at most about ``n`` items, evenly spread, at least one of each folder where ``n`` allows it.

        Folders that hold files of the same names are cut by name, so the number may differ from ``n`` a little.
        """
        aligned = self._aligned()
        if aligned:
            width = len(aligned[0])
            wanted = max(1, n // width)
            chosen = [aligned[index * len(aligned) // wanted] for index in range(min(wanted, len(aligned)))]
            return sorted(position for group in chosen for position in group)
        return self._cover([index * len(self.items) // n for index in range(n)])

    def link(self, chosen: list[int], target: str) -> None:
        """Make a directory with the same folders that holds the chosen items, as links where the system has them.

        A folder that is an item is there only where it was chosen: empty, the library could not read it.
        """
        kept = sorted(self._aside) + [file for position in chosen for file in self.items[position]]
        whole = {store for file in kept if (store := self._store_of(file)) is not None}
        for folder in self.folders:
            if self._store_of(os.path.join(folder, "")) in (None, *whole):
                os.makedirs(os.path.join(target, folder), exist_ok=True)
        source = os.path.abspath(self.path)
        for file in kept:
            _link(os.path.join(source, file), os.path.join(target, file))

    def _name_of(self, file: str) -> tuple[str, str]:
        """What the files of one item have in common, and the rest."""
        store = self._store_of(file)
        return os.path.splitext(file) if store is None else (store, file)

    def _store_of(self, path: str) -> str | None:
        """The folder that is one whole in which a path lies."""
        return next((store for store in self._stores if path.startswith(store + os.sep)), None)

    def _aligned(self) -> list[list[int]]:
        """Positions of the items by name, where two folders or more all hold the same names; else nothing."""
        by_folder: dict[str, dict[str, int]] = {}
        for position, files in enumerate(self.items):
            folder, name = os.path.split(os.path.splitext(files[0])[0])
            by_folder.setdefault(folder, {})[name] = position
        groups = list(by_folder.values())
        if len(groups) < 2 or len(groups[0]) < 2 or any(group.keys() != groups[0].keys() for group in groups):
            return []
        return [[group[name] for group in groups] for name in sorted(groups[0])]

    def _cover(self, chosen: list[int]) -> list[int]:
        """Give folders that were passed over their first item, at the cost of the fullest ones."""
        members: dict[str, list[int]] = {}
        for position, files in enumerate(self.items):
            members.setdefault(os.path.dirname(files[0]), []).append(position)
        if len(members) > len(chosen):
            return chosen
        folder_of = {position: folder for folder, positions in members.items() for position in positions}
        taken: dict[str, list[int]] = {folder: [] for folder in members}
        for position in chosen:
            taken[folder_of[position]].append(position)
        for folder, positions in taken.items():
            if not positions:
                max(taken.values(), key=len).pop()
                positions.append(members[folder][0])
        return sorted(position for positions in taken.values() for position in positions)


def has_files(path: str) -> bool:
    """Whether any file that is not hidden lies below a directory."""
    return any(names for _, names in _walk(path))


def is_store(path: str) -> bool:
    """Whether a folder is one whole to the library that reads it: with a part of its files it is another, or broken."""
    try:
        return not _OF_STORES.isdisjoint(os.listdir(path))
    except OSError:
        return False


def _walk(path: str, stores: list[str] | None = None) -> Iterator[tuple[str, list[str]]]:
    """Folders relative to ``path`` with their files, in the order of names; links to folders are followed once.

    Args:
        stores: Gets the folders that are one whole each. All their files are told, hidden ones too.
    """
    whole = [] if stores is None else stores
    seen: set[str] = set()
    for folder, folders, names in os.walk(path, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        relative = os.path.relpath(folder, path)
        is_within = any(relative.startswith(store + os.sep) for store in whole)
        if relative != "." and not is_within and not _OF_STORES.isdisjoint([*folders, *names]):
            whole.append(relative)
            is_within = True
        folders[:] = sorted(name for name in folders if is_within or not name.startswith("."))
        shown = sorted(name for name in names if is_within or not name.startswith("."))
        yield "" if relative == "." else relative, shown


def _indexes(files: list[str]) -> set[str]:
    """Files at the top that describe the data and are not data themselves."""
    counts: dict[str, int] = {}
    for file in files:
        counts[_type_of(file)] = counts.get(_type_of(file), 0) + 1
    if not counts:
        return set()
    at_top = [file for file in files if not os.path.dirname(file)]
    kinds = _INDEX_TYPES - {_data_type(counts)}
    return {file for file in at_top if _type_of(file) in kinds} - _sidecars(at_top)


def _data_type(counts: dict[str, int]) -> str:
    """The type of most files; pictures before the notes beside them, though there be a note or two more."""
    commonest = max(counts, key=lambda kind: counts[kind])
    others = {kind: n for kind, n in counts.items() if kind not in _INDEX_TYPES and 2 * n >= counts[commonest]}
    return max(others, key=lambda kind: others[kind]) if others else commonest


def _sidecars(files: list[str]) -> set[str]:
    """Files with the name of another file beside them."""
    return {file for group in _grouped(files, os.path.splitext) if len(group) > 1 for file in group}


def _grouped(files: list[str], split: Callable[[str], tuple[str, str]]) -> list[list[str]]:
    groups: dict[str, list[str]] = {}
    for file in files:
        groups.setdefault(split(file)[0], []).append(file)
    return list(groups.values())


def _type_of(file: str) -> str:
    return os.path.splitext(file)[1].lower()


def _link(source: str, target: str) -> None:
    if os.path.lexists(target):
        return
    for make in (os.symlink, os.link, _copy):
        try:
            make(source, target)
        except (OSError, NotImplementedError):
            continue
        return
    raise OSError(f"{source} can be neither linked nor copied to {target}")


def _copy(source: str, target: str) -> None:
    with OwnImports():
        import shutil
    shutil.copyfile(source, target)
