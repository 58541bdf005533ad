"""What is known of the data that values carry: how much of it, where it was read, and where it was gathered."""

from __future__ import annotations

import ast
import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genaudit.lint.interpreter.values import Cell


class Extent(enum.IntEnum):
    """How much of the data set a value stands for."""

    ONE = 0
    PART = 1
    UNKNOWN = 2
    WHOLE = 3

    @property
    def narrow(self) -> bool:
        """Whether it is certainly less than the data set."""
        return self <= Extent.PART


class Load:
    """One place that reads data."""

    def __init__(self, *, node: ast.AST, path: str, function: str, reader: str, family: str, strong: bool) -> None:
        self.node = node
        self.path = path
        self.function = function
        self.reader = reader
        self.family = family
        self.strong = strong
        """Whether what it returns can only be decoded data, and not labels or names."""
        self.extent = Extent.UNKNOWN
        """The widest file that it was asked for: ``WHOLE`` is one fixed file, narrow is the file of an item."""
        self.in_start = False
        """Reached before the first batch."""
        self.used_as_path = False
        self.depth = 0
        """How many loops were open when it was last reached."""
        self.targets: set[str] = set()
        """Names that its result was given."""
        self.encoded = False
        """Its words were looked up, or given to a tokenizer: it is text, and no index."""
        self.constructed = False
        """Reached by a constructor, or what it calls."""
        self.elsewhere = False
        """Reached by anything else."""
        self.streamed = False
        """Line by line: nothing is kept unless somebody keeps it."""


class Hoard:
    """One place that gathers what was loaded for every item."""

    def __init__(self, *, node: ast.AST, path: str, function: str, loads: frozenset[Load], sure: bool) -> None:
        self.node = node
        self.path = path
        self.function = function
        self.loads = loads
        self.sure = sure
        self.cell: Cell | None = None
        self.phase = "start"
        self.targets: set[str] = set()

    @property
    def readers(self) -> str:
        """What loads the data, in words."""
        return " and ".join(sorted({load.reader for load in self.loads}))

    @property
    def strong(self) -> bool:
        """Whether decoded data is gathered, beyond doubt."""
        return any(load.strong for load in self.loads)

    @property
    def used_as_path(self) -> bool:
        """Whether what is gathered names files."""
        return any(load.used_as_path for load in self.loads)


Fact = Load | Hoard


NO_FACTS: frozenset[Fact] = frozenset()
