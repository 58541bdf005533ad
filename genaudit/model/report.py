"""The report: all that any renderer needs, and a promise to those who read its JSON.

Names carry their units; what is absent is ``null``, never 0.
"""

import statistics
from pathlib import Path
from typing import TextIO

import msgspec

from genaudit.model.catalogue import EAGER_LOAD, Source
from genaudit.model.fix import Fix
from genaudit.model.late import late
from genaudit.model.outcome import Interval, Level, Location, Outcome, RunVerdict, Verdict
from genaudit.model.recording import Environment, ProcessUse, Recording, Revision, Skipped, TrialExit
from genaudit.model.rule import RuleInfo
from genaudit.model.series import CurveBand, ProcessTimeline, SurfacePoint, Timeline, TracedPoint

SCHEMA_VERSION = "1.0"
EVERYTHING, BATCHES_ONLY = "data set and batches", "batches only"
"""What was tested: growth with the data set as well, or over batches alone."""
GENERATOR, QUEUE, WORKERS, STEP = "generator", "queue", "workers", "training step"
"""Places of memory."""
PROCESS_SHARE = 0.1
"""From this share of what is needed on, what the process takes by itself is worth a word."""
_GRAVEST_FIRST = (Level.ERROR, Level.WARNING, Level.NOTE)


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What was audited, and how it was called."""

    spec: str
    module: str | None = None
    qualname: str | None = None
    path: str | None = None
    line: int | None = None
    kind: str | None = None
    signature: str | None = None
    arguments: dict[str, str] = {}
    filled: dict[str, str] = {}
    """Arguments that genaudit chose."""
    dataset_parameter: str | None = None
    dataset_kind: str | None = None
    items: int | None = None
    item_noun: str = "item"
    """What one item is called in sentences: image, file, row; the plural adds an s."""
    source: str | None = None
    """Of a script, what was audited: its source, and the call and the line that it is handed to."""
    is_first_source: bool = False
    """Whether the script may hand over more, of which nothing was looked at: no source was asked for."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where the memory of a script is."""

    name: str
    """generator, queue, workers, training step."""
    text: str
    """In words."""
    path: str | None = None
    line: int | None = None
    """The line to look at, where no finding has one."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict in words, for somebody with one minute."""

    headline: str
    """One sentence: what the target does."""
    cause: str | None = None
    consequence: str | None = None
    mend: str | None = None
    items_at_limit: float | None = None
    """Items with which memory is full, where what is held at one size is a finding; else the projection has it."""


class Projection(msgspec.Struct, frozen=True, kw_only=True):
    """What the law means for a data set of another size."""

    items: int
    bytes: Interval
    """Memory of the whole process at its highest."""
    limit_bytes: int
    items_at_limit: Interval | None
    """Items at which ``limit_bytes`` is full; ``None`` where memory does not grow with items."""
    curve: CurveBand | None = None
    """Memory of the whole process by items: at ``items`` it is ``bytes``, unless a drive of so many showed what they
    need. ``None`` in reports of earlier versions."""


class GrowthLaw(msgspec.Struct, frozen=True, kw_only=True):
    """How memory grows with the size of the data set."""

    at: str
    """``first batch`` or ``end of an epoch``: the moment that the law is about."""
    sizes: list[int]
    retained_bytes: list[int]
    """Above what the process held before the target was called."""
    high_water_bytes: list[int]
    """Highest VmRSS of the process up to that moment."""
    law: str
    """constant, linear, superlinear."""
    bytes_per_item: Interval
    fixed_bytes: int
    """What the law gives for an empty data set, the process itself included."""
    exponent: float | None
    projection: Projection | None
    retained_curve: CurveBand | None = None
    """The fitted law: retained memory by items. ``None`` in reports of earlier versions."""

    @property
    def process_bytes(self) -> int | None:
        """The part of what is needed that is there whatever the size of the data set, where it is a good part.

        It is all of it, where the data set adds less than can be told.
        """
        if self.projection is None or (self.projection.curve is None and self.law == "superlinear"):
            return None
        curve, most = self.projection.curve, self.projection.bytes.value
        part = min(self.fixed_bytes if curve is None else curve.value.at(0), most)
        return round(part) if part >= PROCESS_SHARE * most else None

    @property
    def grows(self) -> bool:
        """Whether the law says more than that memory stays."""
        return self.law != "constant" and bool(self.sizes)


class Phase(msgspec.Struct, frozen=True, kw_only=True):
    """One phase of the clean trial."""

    name: str
    start_s: float
    seconds: float
    rss_bytes: int
    anon_bytes: int
    high_water_bytes: int


class Batches(msgspec.Struct, frozen=True, kw_only=True):
    """The batches of the clean trial."""

    count: int
    epochs: int
    bytes_median: int | None
    items_median: int | None
    seconds_median: float | None
    items_per_second: float | None
    first_batch_seconds: float | None
    retained_first_bytes: int | None
    """Held after the first batch, the batch itself set off, above what was held before the target was called."""
    growth_bytes_per_batch: Interval | None
    growth_bytes_per_epoch: Interval | None
    spike_ratio_max: float | None
    spike_batch: int | None
    held_before_bytes: int | None = None
    """Held by the target as well, and made before it was called: at import, or with the arguments. ``None`` where it is
    little beside the other, or not known."""
    held_line: CurveBand | None = None
    """Memory held after a batch, by batch, rising by ``growth_bytes_per_batch``. ``None`` in reports of earlier
    versions."""


class Peak(msgspec.Struct, frozen=True, kw_only=True):
    """The highest memory of the clean trial."""

    high_water_bytes: int | None
    tree_pss_bytes: int | None
    exact: bool
    """False where peaks are samples, and so lower bounds."""
    batch: int | None = None
    phase: str | None = None


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """A count of handles at the first and the last settled reading."""

    first: int
    last: int
    growth_per_batch: float | None


class Resources(msgspec.Struct, frozen=True, kw_only=True):
    """Handles that a generator can lose."""

    open_files: Resource
    threads: Resource
    children: Resource


class SiteRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the user's code, and the memory allocated below it."""

    path: str
    line: int
    function: str | None
    retained_bytes: int
    peak_bytes: int | None
    blocks: int
    source: str | None = None
    """The text of the line."""
    in_project: bool = True


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who keeps memory alive: a path from something that the user can name to what is held."""

    names: list[str]
    """The steps of the path in words: ``inefficient_generator (line 15)``, ``images``, ``list of 400``, …"""
    named: list[int] = []
    """Places in ``names`` of variables, attributes and keys: left out where no source may be shown."""
    type: str
    """Class of what is held at the end of the path."""
    entries: int | None = None
    """Entries of the container that holds it."""
    bytes: int
    share: float
    """Of what is retained."""
    growth_bytes_per_batch: Interval | None = None
    growth_bytes_per_epoch: Interval | None = None
    growth_bytes_per_call: Interval | None = None
    """Of what stays of each call of the function that makes the data set."""
    gained_per_batch: float | None = None
    """Entries that its container gained with each batch."""
    gained_at: int | None = None
    """Place in ``names`` of the container that gained them."""
    location: Location | None = None
    """Where its name is bound or added to."""
    is_sampled: bool = False


class WalkedAt(msgspec.Struct, frozen=True, kw_only=True):
    """When references were walked, of which the report shows what is held."""

    items: int | None
    """The size of the data set; ``None`` where it is not known."""
    batches: int


class RetentionStep(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the retention tree; parents come first."""

    parent: int
    """Place of the parent in the list; -1 for a root."""
    label: str
    """``images list of 400``, ``ndarray 256x256x3 uint8``, ``unaccounted``."""
    name: str | None = None
    """What ``label`` begins with, where that is a variable, an attribute or a key."""
    bytes: int
    count: int = 1
    grown_bytes: int | None = None
    """How much more than after the first batch; ``None`` where that was not walked."""
    gained: int | None = None
    """Entries more than after the first batch."""
    location: Location | None = None
    is_sampled: bool = False


class Accounting(msgspec.Struct, frozen=True, kw_only=True):
    """What the source holds beside what an epoch yields, at one size."""

    held_bytes: int
    epoch_bytes: int | None
    """Batches of an epoch times bytes of a batch; ``None`` where the length of an epoch is not known."""
    share: float | None
    """``held_bytes / epoch_bytes``."""
    epoch_from: str | None = None
    """What told the length of an epoch: its end, ``len``, ``steps_per_epoch``."""


CELL = "code cell "
"""What stands before the number of a notebook's cell, in place of a function's name."""


class SourceExcerpt(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of the user's code: a function as a whole, unless it is very long, or what is around a location."""

    path: str
    first_line: int
    lines: list[str]
    function: str | None = None
    """Its qualified name, where the lines are those of one function or class; or the cell of a notebook."""


class TrialRow(msgspec.Struct, frozen=True, kw_only=True):
    """One trial and how it ended."""

    kind: str
    items: int | None
    batches: int
    epochs: int
    exit: TrialExit
    wall_s: float
    high_water_bytes: int | None
    pss_peak_bytes: int | None
    forked: bool = False
    """A fork of a process that had imported the libraries; else a process that did so itself."""
    host: str | None = None
    """The machine that it ran on, where that was a worker's; ``None`` for the one that the audit was started on."""
    compared: bool = True
    """Its settled readings are among those that slopes rest on: not of a tracer, and not under another allocator."""
    workers_pss_bytes: int | None = None
    """Of all processes below the target's own, at the moment of the highest sum."""
    spike_ratio_max: float | None = None
    """The highest rise while one batch was made, as a multiple of a batch."""
    first_batch_seconds: float | None = None
    """Creating the target and making its first batch."""
    overhead: dict[str, float] = {}
    """What measuring itself cost: ``harness_bytes``, ``tracer_bytes``, ``loop_ratio`` where known."""


class MachineMemory(msgspec.Struct, frozen=True, kw_only=True):
    """How much memory there is for the target."""

    bytes: int
    """0 where that is not known."""
    source: str
    trial_limit_bytes: int


class Overhead(msgspec.Struct, frozen=True, kw_only=True):
    """What genaudit itself costs, apart from the target."""

    harness_bytes: int | None
    """RSS of the measuring code in the child above a bare interpreter's start."""
    tracer_bytes: int | None
    """Tables of the tracer, in the traced trial only."""


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why the target could not be measured to the planned end."""

    reason: str
    """As in the exit of the trial: raised, exited, crashed, killed, timed-out, memory-limit, interrupted."""
    phase: str | None = None
    batch: int | None = None
    """The batch that was being made; ``None`` outside of batches."""
    type: str | None = None
    """The class of the exception."""
    message: str | None = None
    location: Location | None = None
    """The deepest frame in the user's own code: where it was raised, or where the target hung."""
    traceback: str = ""
    signal: str | None = None
    exit_code: int | None = None
    stderr_tail: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One audit, concluded."""

    schema_version: str = SCHEMA_VERSION
    genaudit_version: str
    command: list[str]
    created_at: str
    environment: Environment
    target: Target
    verdict: RunVerdict
    exit_code: int
    summary: Summary
    outcomes: list[Outcome]
    growth_law: GrowthLaw | None
    phases: list[Phase]
    batches: Batches | None
    peak: Peak
    resources: Resources | None
    sites: list[SiteRow]
    untraced_bytes: int | None
    """Retained memory that the tracer could not see: Pillow's, OpenCV's, TensorFlow's."""
    trials: list[TrialRow]
    skipped: list[Skipped]
    surface: list[SurfacePoint]
    timeline: Timeline | None
    processes: list[ProcessUse]
    machine: MachineMemory
    overhead: Overhead
    sources: list[SourceExcerpt]
    started: str = ""
    """How the processes of the trials came to be."""
    notes: list[str]
    """What a reader must know to trust the figures: gaps of the platform, trials left out, arguments filled in."""
    failure: Failure | None = None
    rules: list[RuleInfo] = []
    """Title and page of every rule that has an outcome."""
    traced: list[TracedPoint] = []
    """Memory as tracemalloc counts it, by batch."""
    process_timeline: ProcessTimeline | None = None
    """Only where there was more than one process."""
    tested: str | None = None
    """``data set and batches``, or ``batches only`` where growth with the data set was not measured; ``None`` of what
    failed to run, and in reports of earlier versions."""
    place: Place | None = None
    """Of a script, where its memory is; ``None`` where nothing is worth a look, and of other targets."""
    untested: str | None = None
    """What was not tested, and the command that tests it; ``None`` where nothing was left out."""
    holders: list[Holder] = []
    """Who keeps memory alive, largest first, then what grows."""
    retention: list[RetentionStep] = []
    """The tree of what is held, with a root *unaccounted*, so that the roots add up to what is retained."""
    held_at: WalkedAt | None = None
    """When ``holders`` and ``retention`` were walked; ``None`` where they were not."""
    grown: list[RetentionStep] = []
    """The tree of what grew, where that was walked in another trial than what is held."""
    accounting: Accounting | None = None
    """Where the data set could not be scaled."""
    fix: Fix | None = None
    """What ``genaudit fix`` made of it; ``None`` where it was not asked."""
    revision: Revision | None = None
    """Of the target's code; ``None`` where that is in no git repository, and in reports of earlier versions."""
    cells: dict[str, list[int]] = {}
    """Of notebooks: the first line of each code cell, and the one after the last. Lines count through all of them."""

    def at(self, path: str, line: int) -> Location:
        """A line of the report's, as a place that people find: of a notebook with its cell."""
        return Location(path=path, line=line).in_cells(self.cells.get(path, ()))

    @property
    def findings(self) -> list[Outcome]:
        """What was found, the worst first, then what saves most; what a rule found before what was promised."""
        return sorted(
            (outcome for outcome in self.outcomes if outcome.is_finding),
            key=lambda outcome: (
                _GRAVEST_FIRST.index(outcome.level),
                outcome.rank,
                -(outcome.saving_bytes or 0),
                outcome.code,
            ),
        )

    def answer(self, figure: str, source: Source = Source.RULE) -> Outcome | None:
        """The first answer about a figure; ``None`` where nobody asked.

        Args:
            figure: Named as its budget is.
            source: Who asked.
        """
        return next(iter(self.answers(figure, source)), None)

    def answers(self, figure: str, source: Source = Source.RULE) -> list[Outcome]:
        """All answers about a figure, in the order of their rules."""
        return [outcome for outcome in self.outcomes if outcome.figure == figure and outcome.source is source]

    @property
    def is_partial(self) -> bool:
        """Whether no fault was found in what was tested, and growth with the data set was not."""
        if self.verdict not in {RunVerdict.PASS, RunVerdict.WARN}:
            return False
        return self.tested == BATCHES_ONLY or (self.tested is None and self._asked_nothing_of_sizes())

    @property
    def label(self) -> str:
        """The verdict in a word, with what it does not cover: ``PASS (batches only)``."""
        return self.verdict.value.upper() + (f" ({BATCHES_ONLY})" if self.is_partial else "")

    @property
    def look(self) -> RunVerdict:
        """The verdict whose colours the report has: a pass that covers batches only is no more than a warning."""
        return RunVerdict.WARN if self.is_partial else self.verdict

    @property
    def worker_private_bytes(self) -> float | None:
        """The median over the processes below the target's own of what no other process shares, at the peak."""
        workers = self.processes[1:]
        return statistics.median(worker.private_bytes for worker in workers) if workers else None

    def _asked_nothing_of_sizes(self) -> bool:
        """The same of a report of an earlier version, by the answer of the rule."""
        return any(
            outcome.code == EAGER_LOAD.code and outcome.verdict is Verdict.NOT_APPLICABLE for outcome in self.outcomes
        )

    def __repr__(self) -> str:
        n_findings = len(self.findings)
        return f"<Report {self.label} {self.target.spec}, {n_findings or 'no'} finding{'' if n_findings == 1 else 's'}>"

    @property
    def ok(self) -> bool:
        """Whether nothing was found that the run was asked to fail on."""
        return self.exit_code == 0

    @property
    def recording(self) -> Recording | None:
        """What the report was concluded from; ``None`` where it was read from a file that holds the report alone.

        It is no part of the saved report: ``recording.json`` holds it.
        """
        return self.__dict__.get("_recording")

    def with_recording(self, recording: Recording) -> "Report":
        """The report, which from now on knows its recording."""
        self.__dict__["_recording"] = recording
        return self

    def print(self, file: TextIO | None = None, *, verbose: bool = False) -> None:
        """Print the report as ``genaudit run`` does.

        Args:
            file: Where to; standard output where ``None``. Width and colours are what it can show.
            verbose: Show every table.
        """
        late("genaudit.display:print_result")(self, file, verbose=verbose)

    def save(self, path: str | Path, format: str | None = None) -> Path:  # noqa: A002 - the name that users expect
        """Write the report into a file: ``report.save("audit.html")``.

        Args:
            path: Its suffix says the format: ``.html``, ``.png``, ``.svg``, ``.json``, ``.txt``, ``.md``, ``.sarif``, …
            format: The name of a format, where the suffix is another one: ``gitlab``, ``junit``, …

        Returns:
            The path.

        Raises:
            GenauditError: There is no such format, or the file cannot be written.
        """
        written: Path = late("genaudit.display:save_result")(self, path, format)
        return written

    def _repr_html_(self) -> str:
        """The report as a card, for a notebook: verdict, line, holder, figures and one picture."""
        card: str = late("genaudit.render.html.notebook:render_card")(self)
        return card
