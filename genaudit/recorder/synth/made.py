"""What every kind of data set that is made has in common."""

from pathlib import Path
from typing import Any, ClassVar

import msgspec

from genaudit.errors import UsageError
from genaudit.recorder.synth.keeping import Write
from genaudit.recorder.synth.words import MOST_ITEMS, Reader, number

MOST_CLASSES = 10_000
MOST_FILES = 10_000


class SynthSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A data set to make: ``n`` items, in files that are the same every time."""

    KIND: ClassVar[str] = ""
    FOLDER: ClassVar[str] = "data"
    """Name of the folder with the files."""
    EXAMPLE: ClassVar[str] = ""
    """What a user may write, with every option."""
    OPTIONS: ClassVar[dict[str, Reader]] = {}
    BY_TURNS: ClassVar[bool] = True
    """Whether the classes come by turns, as in rows of which the first are taken; else one after the other."""

    n: int = 400
    classes: int = 4

    def checked(self, given: set[str]) -> "SynthSpec":
        """The same, where what was written goes together.

        Args:
            given: Names of the fields that were written.

        Raises:
            ValueError: It does not; with the reason.
        """
        if self.classes <= self.n:
            return self
        if "classes" in given:
            raise ValueError(f"{self.classes} classes need at least as many {self.plural}")
        return msgspec.structs.replace(self, classes=self.n)

    @property
    def key(self) -> str:
        """Name of its folder in the cache."""
        raise NotImplementedError

    @property
    def plural(self) -> str:
        """What the items are called."""
        return "items"

    @property
    def names(self) -> list[str]:
        """The files relative to their folder, in the order of the data set."""
        raise NotImplementedError

    def writer(self) -> Write:
        """What writes the files, by their number in ``names``."""
        raise NotImplementedError

    def label(self, index: int) -> int:
        """The class of an item; all classes are of equal size."""
        return index % self.classes if self.BY_TURNS else index * self.classes // self.n

    def given(self, folder: Path) -> dict[str, Any]:
        """What the target's parameters may be given, as plain values.

        Args:
            folder: Where the files are.
        """
        return {"files": [str(folder / name) for name in self.names]}


def counts(**others: Reader) -> dict[str, Reader]:
    """The readers of a kind with a number of items, and of classes."""
    return {"n": number("n", MOST_ITEMS), **others, "classes": number("classes", MOST_CLASSES)}


def needs(module: str, what: str) -> None:
    """Refuse to go on without a package that writes a format.

    Raises:
        UsageError: It is not installed where genaudit is.
    """
    import importlib.util

    if importlib.util.find_spec(module) is None:
        raise UsageError(
            f"--synth: {what} is written by {module}, which is not installed here",
            slug="synth-not-installed",
            hint=f"pip install {module}",
        )
