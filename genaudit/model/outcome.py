"""The answer of a rule, and the words it is given in."""

import bisect
import enum
from collections.abc import Sequence

import msgspec

from genaudit.model.catalogue import GRAVEST_FIRST, Source, facts_of


class Verdict(str, enum.Enum):
    """The answer of one rule."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not-applicable"
    ERROR = "error"


class RunVerdict(str, enum.Enum):
    """The answer of a whole audit."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"


class Level(str, enum.Enum):
    """How much a failed outcome weighs."""

    ERROR = "error"
    """Proven, and without a bound: it grows with the data set or with batches."""
    WARNING = "warning"
    """Bounded, or not provable with what was given."""
    NOTE = "note"
    """Advice."""


class EvidenceKind(str, enum.Enum):
    """Where an outcome comes from."""

    MEASURED = "measured"
    STATIC = "static"
    BOTH = "both"
    ACCOUNTED = "accounted"
    """Measured at one size: what is held was compared with what an epoch yields."""


class Basis(str, enum.Enum):
    """What the growth that a finding tells of was fitted to."""

    ALL_SIZES = "all sizes"
    LARGER_SIZES = "larger sizes"
    """Queues are longer than the smaller data sets, so that each item of these counts twice."""
    REFERENCES = "references"
    """What references lead to at each size, for noise hides the growth from readings of memory."""


class Location(msgspec.Struct, frozen=True, kw_only=True):
    """A place in source code. Lines count from 1, both ends included.

    ``path`` is relative to the working directory where it lies inside it, absolute elsewhere.
    """

    path: str
    line: int
    end_line: int | None = None
    function: str | None = None
    column: int | None = None
    """Where the first line begins, in characters from 1; ``None`` where lines are all that is known."""
    cell: int | None = None
    """Of a notebook, the code cell from 1 that it is in; lines are counted there, unless ``cell_line`` is told."""
    cell_line: int | None = None
    """The number of the first line in that cell, where ``line`` is counted through all cells."""

    @property
    def position(self) -> str:
        """What stands behind the path, as a person finds it: ``12``, ``12:5``, ``cell 3:12:5``.

        Example:
            >>> Location(path="book.ipynb", line=12, column=5, cell=3).position
            'cell 3:12:5'
        """
        cell = "" if self.cell is None else f"cell {self.cell}:"
        column = "" if self.column is None else f":{self.column}"
        return f"{cell}{self.line if self.cell_line is None else self.cell_line}{column}"

    @property
    def place(self) -> str:
        """The path with the position: ``data.py:12``, ``book.ipynb:cell 3:2``."""
        return f"{self.path}:{self.position}"

    def in_cells(self, firsts: Sequence[int]) -> "Location":
        """The place with its cell, where it is in a notebook and lines are counted through all cells.

        Args:
            firsts: The first line of each code cell, and the one after the last; empty of any other file.

        Example:
            >>> Location(path="book.ipynb", line=5).in_cells([1, 4, 9]).place
            'book.ipynb:cell 2:2'
        """
        cell, line = cell_at(firsts[:-1], self.line)
        if cell is None or self.line >= firsts[-1]:
            return self
        return msgspec.structs.replace(self, cell=cell, cell_line=line)


def cell_at(firsts: Sequence[int], line: int) -> tuple[int | None, int]:
    """The code cell from 1 that a line is in, and its number there; ``None`` and the line itself without cells.

    Args:
        firsts: The line that each code cell begins at.
        line: Counted through all cells, from 1.
    """
    number = bisect.bisect_right(firsts, line)
    return (number, line - firsts[number - 1] + 1) if number else (None, line)


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """A number with its 95 % confidence interval, all in the unit its field is named for."""

    value: float
    low: float
    high: float


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of one rule, budget or comparison, always kept; a *finding* is an outcome that failed.

    ``value``, ``limit``, ``baseline`` and ``noise`` share ``unit``; each is ``None`` where the rule compares nothing.
    """

    code: str
    name: str
    verdict: Verdict
    level: Level
    evidence: EvidenceKind
    message: str
    value: float | None = None
    unit: str | None = None
    limit: float | None = None
    baseline: float | None = None
    """The earlier figure that ``value`` is held against, where it is held against one."""
    noise: Interval | None = None
    baseline_noise: Interval | None = None
    """The interval of ``baseline``."""
    location: Location | None = None
    saving_bytes: int | None = None
    fix: str | None = None
    """What to do: words, or a sketch that says so in its first line; the last line is the command that checks it."""

    headline: str | None = None
    """What the target does, where the usual words for the pattern do not fit."""
    source: Source = Source.RULE
    """Who asked: a rule, a budget, the comparison with the baseline."""
    figure: str | None = None
    """The figure of the report that the answer is about, named as its budget is; ``None`` where it is about none."""
    basis: Basis | None = None
    """Of growth with the data set at the moment that the report's law is about; ``None`` for all other figures."""

    def __post_init__(self) -> None:
        # Saved reports of earlier versions have the code only. This is the one place that reads more from it.
        if self.figure is None and self.source is Source.RULE:
            source, figure = facts_of(self.code)
            msgspec.structs.force_setattr(self, "source", source)
            # What was only read in the source says nothing of a figure.
            msgspec.structs.force_setattr(self, "figure", None if self.evidence is EvidenceKind.STATIC else figure)

    @property
    def is_finding(self) -> bool:
        """Whether the fault was found."""
        return self.verdict is Verdict.FAIL

    @property
    def is_comparison(self) -> bool:
        """Whether it is held against the baseline."""
        return self.source is Source.BASELINE

    @property
    def is_promise(self) -> bool:
        """Whether it is held against what the project promised: a budget, or the baseline."""
        return self.source in {Source.BUDGET, Source.BASELINE}

    @property
    def accounted_per_item(self) -> float | None:
        """Bytes that an item takes by what is held at one size, where that is a finding."""
        is_counted = self.is_finding and self.evidence is EvidenceKind.ACCOUNTED and self.unit == "bytes/item"
        return self.value or None if is_counted else None

    @property
    def rank(self) -> tuple[int, int]:
        """Where it stands among findings of the same level: rules first, then broken promises, the gravest first.

        Of a figure, the budget comes before the comparison with the baseline.
        """
        if not self.is_promise:
            return (-1, 0)
        order = GRAVEST_FIRST.index(self.figure) if self.figure in GRAVEST_FIRST else len(GRAVEST_FIRST)
        return (order, int(self.is_comparison))
