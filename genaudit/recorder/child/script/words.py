"""The arguments of a script, for a data set of the size of a trial: ``{n}``, or a folder or files among them."""

from __future__ import annotations

from os.path import isdir, isfile

from genaudit.recorder.child.guard.own_imports import OwnImports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from genaudit.recorder.child.dataset.find import Dataset

SIZE = "{n}"
DEFAULT_ITEMS = 512
LEAST_ITEMS = 16
"""A folder with fewer files is no data set that could be made smaller."""
WORDS = "words"
"""The kind of a data set whose size is told to a script."""


class Words:
    """The arguments that a script gets in one trial.

    Attributes:
        arguments: They themselves.
        facts: Fields of an ``arguments`` mark about its data set; empty where nothing can be scaled.

    Args:
        arguments: As they were typed.
        spec: As the child gets it: ``size``, ``items``, ``dataset``, ``scratch``, ``scales``.
    """

    def __init__(self, arguments: list[str], spec: dict[str, Any]) -> None:
        self.arguments = list(arguments)
        self.facts: dict[str, Any] = {}
        self._spec = spec
        if any(SIZE in word for word in arguments):
            self._tell_size()
        elif spec.get("scales") and any(isdir(_value(word)) or isfile(word) for word in arguments):
            self._cut()

    def _tell_size(self) -> None:
        """Write the size where it is asked for."""
        total = self._spec.get("items") or DEFAULT_ITEMS
        n = self._n(total)
        self.arguments = [word.replace(SIZE, str(n)) for word in self.arguments]
        self._note(SIZE, WORDS, total, n)

    def _cut(self) -> None:
        """A smaller folder, made of links, or fewer files."""
        with OwnImports():
            from genaudit.recorder.child.dataset.find import DIRECTORY, FILES, Dataset

        folders = {_name(self.arguments, at): at for at, word in enumerate(self.arguments) if isdir(_value(word))}
        files = [at for at, word in enumerate(self.arguments) if isfile(word)]
        chosen: list[tuple[Dataset, list[int]]] = [
            (Dataset(name, DIRECTORY, _value(self.arguments[at])), [at]) for name, at in folders.items()
        ]
        if len(files) >= LEAST_ITEMS and files == list(range(files[0], files[-1] + 1)):
            chosen.append((Dataset("files", FILES, [self.arguments[at] for at in files]), files))
        wanted = self._spec.get("dataset")
        chosen = [each for each in chosen if each[0].items >= LEAST_ITEMS and wanted in (None, each[0].name)]
        if len(chosen) != 1:
            # Which of several is the data set, nobody can tell but its user.
            self.facts = {"could_be": [each[0].name for each in chosen]} if chosen else {}
            return
        dataset, places = chosen[0]
        cut, n = dataset.cut({}, self._n(dataset.items), self._spec.get("scratch") or "")
        if cut:
            self._put(cut[dataset.name], places)
        self._note(dataset.name, dataset.kind, dataset.items, n)
        self.facts["file_bytes_per_item"] = dataset.file_bytes_per_item()
        self.facts["looks_like_images"] = dataset.looks_like_images()

    def _put(self, value: Any, places: list[int]) -> None:
        first, last = places[0], places[-1]
        word = self.arguments[first]
        new = value if isinstance(value, list) else [word.removesuffix(_value(word)) + str(value)]
        self.arguments[first : last + 1] = new

    def _n(self, total: int) -> int:
        with OwnImports():
            from genaudit.recorder.child.dataset.subset import trial_items
        return trial_items(self._spec.get("size"), total, _numbers(self.arguments))

    def _note(self, name: str, kind: str, total: int, n: int) -> None:
        self.facts = {"dataset_parameter": name, "dataset_kind": kind, "dataset_items": total, "items": n}


def _value(word: str) -> str:
    """What is behind an option's name: ``--data=photos``."""
    return word.partition("=")[2] if word.startswith("-") and "=" in word else word


def _name(arguments: list[str], at: int) -> str:
    """The option that a word is given under, or the word."""
    word = arguments[at]
    if word.startswith("-"):
        return word.partition("=")[0]
    before = arguments[at - 1] if at else ""
    return before if before.startswith("-") and "=" not in before else word


def by_option(words: list[str]) -> list[tuple[str, str]]:
    """Name and value of each option that has a value, in their order.

    Example:
        >>> by_option(["--token", "abc", "--lr=0.1", "--fast", "--n", "3"])
        [('token', 'abc'), ('lr', '0.1'), ('n', '3')]
    """
    pairs = [(_name(words, at), _value(word)) for at, word in enumerate(words)]
    return [
        (name.lstrip("-"), value)
        for name, value in pairs
        if name.startswith("-") and name.lstrip("-") and value and not value.startswith("-")
    ]


def _numbers(arguments: list[str]) -> dict[str, int]:
    """Whole numbers by the names of their options."""
    return {name.replace("-", "_"): int(value) for name, value in by_option(arguments) if value.isdigit()}
