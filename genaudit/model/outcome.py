"""The answer of a rule, and the words it is given in."""

import enum

import msgspec


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


class Location(msgspec.Struct, frozen=True, kw_only=True):
    """A place in source code. Lines count from 1, both ends included.

    ``path`` is relative to the working directory where it lies inside it, absolute elsewhere.
    """

    path: str
    line: int
    end_line: int | None = None
    function: str | None = None


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """A number with its 95 % confidence interval, all in the unit its field is named for."""

    value: float
    low: float
    high: float


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of one rule, always kept; a *finding* is an outcome that failed.

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
    location: Location | None = None
    saving_bytes: int | None = None
    fix: str | None = None
    """What to do: words, or a sketch that says so in its first line; the last line is the command that checks it."""

    @property
    def is_finding(self) -> bool:
        """Whether the fault was found."""
        return self.verdict is Verdict.FAIL
