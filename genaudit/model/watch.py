"""What a job that is watched leaves behind, mark by mark, and what is concluded from it.

Times are seconds on the monotonic clock since the job has been watched. Sizes are bytes.
"""

import enum
from typing import Annotated

import msgspec

from genaudit.model.marks import EpochMark, Mark, RetentionMark
from genaudit.model.outcome import Interval, Location, RunVerdict
from genaudit.model.report import Holder

PAGE_FIELDS = (
    "batch",
    "epoch",
    "phase",
    "source",
    "anon_bytes",
    "limit_bytes",
    "used_bytes",
    "growth_in",
    "growth_out",
)
"""The numbers of the page that the job keeps, each of 8 bytes; ``genaudit.recorder.child.watch.page`` writes them."""


class JobPhase(enum.IntEnum):
    """Where a job is."""

    BEFORE = 0
    """No batch was asked for yet."""
    NEXT = 1
    """A batch is being made."""
    STEP = 2
    """It is used."""
    BETWEEN = 3
    """An epoch has ended."""
    WALK = 4
    """References are walked."""
    ENDED = 5


class WatchMark(Mark, frozen=True, kw_only=True, tag="watch"):
    """The first mark: which job it is."""

    pid: int
    began_s: float
    """Seconds since 1970."""
    script: str
    """Absolute; empty where no file runs."""
    arguments: list[str]
    directory: str
    python: str
    limit_bytes: int
    """Memory that the job may have; 0 where nothing is known of it."""
    limit_kind: str
    """asked, container, machine."""
    anon_bytes: int
    """Private memory before the first batch."""


class SourceMark(Mark, frozen=True, kw_only=True, tag="source"):
    """What batches come from."""

    number: int
    """From 1."""
    name: str
    type: str
    consumer: str
    """Who takes it: ``Model.fit``."""
    role: str = ""
    steps: int | None = None
    path: str = ""
    line: int = 0
    function: str = ""
    """The line that hands it over."""
    spans: list[tuple[str, int, int]] = msgspec.field(default_factory=list)
    """Path, first and last line of each function that it may run."""
    names: list[str] = msgspec.field(default_factory=list)
    """Globals that these use."""
    queue: int | None = None
    """Batches that wait in its queue when that is full."""
    mixed: bool = False
    """Batches are made while others are used: what memory does inside of ``next()`` tells nothing."""


class PulledMark(Mark, frozen=True, kw_only=True, tag="pulled"):
    """Some batches, and what memory did."""

    last: int
    """Number of the last of them; the first batch of the job is 1."""
    count: Annotated[int, msgspec.Meta(ge=1)]
    epoch: int
    source: int
    in_s: float
    """Inside of ``next()``."""
    out_s: float
    """From when a batch came until the next was asked for."""
    in_bytes: int
    """By how much private memory rose inside of ``next()``."""
    out_bytes: int
    anon_bytes: int
    """Private memory after the last step."""
    batch_bytes: int | None = None


class WorkersMark(Mark, frozen=True, kw_only=True, tag="workers"):
    """What processes of the job held, each by its proportional share of pages."""

    batch: int
    own_bytes: int
    held: dict[str, int]
    shared_bytes: int = 0
    """Shared memory that the job itself has mapped."""


class JobEndMark(Mark, frozen=True, kw_only=True, tag="end"):
    """The job came to an end that it has noticed."""

    batch: int
    epoch: int
    ending: str
    """exit, failed."""
    code: int | None = None
    anon_bytes: int = 0


class GoneMark(Mark, frozen=True, kw_only=True, tag="gone"):
    """What the one who has started the job saw of its end."""

    code: int
    """Its exit code; below zero the signal that has ended it."""
    highest_bytes: int = 0
    """The most private memory that was seen from outside."""
    last_bytes: int = 0
    by_kernel: bool = False
    """The kernel counts a kill for want of memory in the job's container."""
    by_limit: bool = False
    """genaudit has ended it, at the limit that was asked for."""


JobMark = WatchMark | SourceMark | PulledMark | WorkersMark | EpochMark | RetentionMark | JobEndMark | GoneMark


class JobNow(msgspec.Struct, frozen=True, kw_only=True):
    """The page: where the job is, or was at its end."""

    batch: int
    epoch: int
    phase: JobPhase
    source: int
    anon_bytes: int
    limit_bytes: int
    used_bytes: int
    growth_in: int
    growth_out: int


class JobRecording(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one job."""

    head: WatchMark
    sources: list[SourceMark] = []
    pulled: list[PulledMark] = []
    workers: list[WorkersMark] = []
    epochs: list[EpochMark] = []
    walks: list[RetentionMark] = []
    end: JobEndMark | None = None
    gone: GoneMark | None = None
    now: JobNow | None = None
    is_running: bool = False
    texts: dict[str, str] = {}
    """The user's files, by path."""
    notes: list[str] = []


class Part(str, enum.Enum):
    """A part of a job that memory may grow in."""

    SOURCE = "source"
    QUEUE = "queue"
    """The queue, or the workers."""
    STEP = "step"


class PartGrowth(msgspec.Struct, frozen=True, kw_only=True):
    """What one part of the job adds."""

    part: Part
    bytes_per_batch: Interval | None
    """``None`` where it could not be told apart."""


class JobEnding(msgspec.Struct, frozen=True, kw_only=True):
    """How the job ended."""

    kind: str
    """exit, failed, killed, running."""
    batch: int
    epoch: int
    phase: str
    """next, step, between, before, ended."""
    code: int | None = None
    signal: str | None = None
    by_kernel: bool = False
    by_limit: bool = False


class MemoryPoint(msgspec.Struct, frozen=True, kw_only=True):
    """Memory after a batch."""

    batch: int
    bytes: int


class JobReport(msgspec.Struct, frozen=True, kw_only=True):
    """The answer: is it the source, the queue, or the training loop?"""

    genaudit_version: str
    kind: str = "watch"
    job: str
    """As it was typed."""
    verdict: RunVerdict
    headline: str
    part: Part | None = None
    """Where it grows."""
    growth_bytes_per_batch: Interval | None = None
    parts: list[PartGrowth] = []
    holders: list[Holder] = []
    """Who holds what grew, the part's own first."""
    code: str | None = None
    """Text of the first holder's line."""
    other: Location | None = None
    """A line of the other side that fills the same, where both do: of the training step, or of the source."""
    is_filled_by_source: bool = False
    """Whether the first holder's line is the source's, where both sides fill it."""
    ending: JobEnding
    batches: int
    epochs: int
    sources: list[str]
    batch_bytes: int | None = None
    first_bytes: int
    last_bytes: int
    highest_bytes: int
    limit_bytes: int
    limit_kind: str
    left_batches: float | None = None
    """Until the limit, at this growth."""
    left_seconds: float | None = None
    seconds_in: float = 0.0
    seconds_out: float = 0.0
    inside_next: Interval | None = None
    """By how much memory rises inside of ``next()``, the batch itself counted in."""
    outside: Interval | None = None
    memory: list[MemoryPoint] = []
    settle: str | None = None
    """What would settle it, where it could not be told."""
    notes: list[str] = []
