"""Variants side by side: what each needs, how they differ, and whether they yield the same data.

Names carry their units; what is absent is ``null``, never 0.
"""

import enum
from pathlib import Path
from typing import TextIO

import msgspec

from genaudit.model.late import frame, late
from genaudit.model.outcome import Interval, Level, Outcome
from genaudit.model.recording import Environment
from genaudit.model.report import MachineMemory, Report

COMPARISON_VERSION = "1.0"


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured of a variant. Intervals are over the repeats; with one, a slope has that of its own fit."""

    retained_first_bytes: Interval | None = None
    """Held after the first batch, above what was held before the target was called."""
    growth_bytes_per_item: Interval | None = None
    growth_bytes_per_batch: Interval | None = None
    high_water_bytes: Interval | None = None
    """The highest VmRSS of the target's own process."""
    tree_pss_bytes: Interval | None = None
    """The highest proportional set size of the process and all below it."""
    first_batch_seconds: Interval | None = None
    """From the call of the target to its first batch."""
    items_per_second: Interval | None = None
    """Past the first batch."""


class Drive(msgspec.Struct, frozen=True, kw_only=True):
    """One of the drives that take turns: A B A B."""

    round: int
    """From 1."""
    variant: int
    """Index into ``variants``."""
    items: int | None
    batches: int
    reason: str
    """How it ended, as in a trial's exit."""
    retained_first_bytes: int | None = None
    growth_bytes_per_item: float | None = None
    """Of the audit in the first round; in the others of the growth experiment, done again."""
    growth_bytes_per_batch: float | None = None
    high_water_bytes: int | None = None
    tree_pss_bytes: int | None = None
    first_batch_seconds: float | None = None
    items_per_second: float | None = None


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """One of the targets that are compared."""

    name: str
    """What it is called in tables: short, and no other variant has it."""
    target: str
    revision: str | None = None
    """The git revision that its code is from; ``None`` for the working tree."""
    commit: str | None = None
    figures: Figures
    report: Report
    """Its own audit."""
    problem: str | None = None
    """Why it could not be measured to the end, if it could not."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of a variant against the first variant's."""

    figure: str
    """A field of ``Figures``."""
    base: float
    other: float
    difference: Interval | None
    """``other - base``; ``None`` for times, which are compared by ratio only."""
    ratio: Interval | None
    """``other / base``; ``None`` where the base is not clearly above zero."""
    beyond_noise: bool | None
    """``None`` where one repeat leaves the noise unknown."""
    better: bool | None
    """Whether the variant is better than the first, where that is beyond noise."""


class SameData(str, enum.Enum):
    """Whether two variants yield the same data."""

    SAME = "same"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


class FirstDifference(msgspec.Struct, frozen=True, kw_only=True):
    """Where two variants first yield something else."""

    batch: int | None
    """From 1; ``None`` where it is about an epoch as a whole."""
    epoch: int | None
    what: str
    """structure, dtype, shape, values, count, item."""
    place: str
    """Which array of the batch, as Python would write it; empty for the batch itself."""
    base: str
    other: str
    index: list[int] = []
    """Of the first value that differs, in that array."""
    n_different: int | None = None
    n_values: int | None = None
    largest_difference: float | None = None


class BatchCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The batches of a variant against the first variant's."""

    verdict: SameData
    ordered: bool
    """In order, or as a set of items for each epoch."""
    batches: int
    """Batches of the first variant that were compared."""
    items: int | None
    epochs: int
    first: FirstDifference | None = None
    reason: str | None = None
    """Why it is not known."""
    seeds: list[str] = []
    """Sources of random numbers that were seeded alike."""
    notes: list[str] = []


def faults(report: Report) -> list[Outcome]:
    """What an audit found that is an error: what grows without a bound."""
    return [outcome for outcome in report.outcomes if outcome.is_finding and outcome.level is Level.ERROR]


class Against(msgspec.Struct, frozen=True, kw_only=True):
    """A variant against the first one."""

    variant: int
    """Index into ``variants``."""
    differences: list[Difference]
    batches: BatchCheck | None = None


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Variants side by side; the first is what the others are compared with."""

    schema_version: str = COMPARISON_VERSION
    genaudit_version: str
    command: list[str]
    created_at: str
    environment: Environment
    machine: MachineMemory
    repeats: int
    items: int | None
    """The size of the data set in the drives that take turns: the largest that every variant could be driven at."""
    batches: int | None
    """Batches of each drive."""
    variants: list[Variant]
    against: list[Against]
    drives: list[Drive]
    notes: list[str] = []
    exit_code: int = 0

    @property
    def ok(self) -> bool:
        """Whether everything was measured, no data was found to differ, and no variant but the first has a fault."""
        return self.exit_code == 0

    @property
    def same_data(self) -> bool | None:
        """Whether all variants yield the same data; ``None`` where that was not checked, or is not known."""
        verdicts = {against.batches.verdict for against in self.against if against.batches is not None}
        if SameData.DIFFERENT in verdicts:
            return False
        return True if verdicts == {SameData.SAME} else None

    def __repr__(self) -> str:
        data = {True: ", same data", False: ", different data", None: ""}[self.same_data]
        ending = "ok" if self.ok else f"exit code {self.exit_code}"
        return f"<Comparison {' vs '.join(variant.name for variant in self.variants)}{data}, {ending}>"

    def print(self, file: TextIO | None = None, *, verbose: bool = False) -> None:
        """Print the comparison as ``genaudit compare`` does.

        Args:
            file: Where to; standard output where ``None``. Width and colours are what it can show.
            verbose: Show every table.
        """
        late("genaudit.display:print_result")(self, file, verbose=verbose)

    def save(self, path: str | Path, format: str | None = None) -> Path:  # noqa: A002 - the name that users expect
        """Write the comparison into a file: ``comparison.save("comparison.html")``.

        Args:
            path: Its suffix says the format: ``.html``, ``.png``, ``.json``, ``.txt`` or ``.md``.
            format: The name of a format, where the suffix is another one.

        Returns:
            The path.

        Raises:
            GenauditError: There is no such format, or the file cannot be written.
        """
        written: Path = late("genaudit.display:save_result")(self, path, format)
        return written

    def _repr_html_(self) -> str:
        """The page of the comparison, for a notebook."""
        return frame(self, "genaudit.render:render")
