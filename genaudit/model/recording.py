"""What trials left behind: facts only, versioned, saved and replayed.

Times are seconds on the monotonic clock since the child's ``ready`` mark. Sizes are bytes.
"""

from typing import Any

import msgspec

from genaudit.model.fix import Fix
from genaudit.model.marks import (
    ArgumentsMark,
    BatchMark,
    CallMark,
    DriverMark,
    EndMark,
    EpochMark,
    Frame,
    HandedMark,
    PhaseMark,
    RaisedMark,
    ReadyMark,
    RetentionMark,
    SettledMark,
    SitesMark,
)

RECORDING_VERSION = 1


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One reading of the process tree from outside."""

    at_s: float
    rss_bytes: int
    """VmRSS of the target's process."""
    held_bytes: int
    """RssAnon + RssShmem of the target's process."""
    pss_bytes: int | None = None
    """Proportional set size, summed over the tree; ``None`` between readings, which are spaced to cost at most 1 %."""
    children: int = 0
    processes: dict[int, int] = {}
    """PSS by process id, where it was read and there are several processes; its sum is ``pss_bytes``."""


class ProcessUse(msgspec.Struct, frozen=True, kw_only=True):
    """One process of the tree at the moment of the highest summed PSS."""

    pid: int
    name: str
    pss_bytes: int
    private_bytes: int


class TrialExit(msgspec.Struct, frozen=True, kw_only=True):
    """How a trial ended. ``code`` is ``None`` where a signal ended it, and the other way round."""

    code: int | None
    signal: str | None
    reason: str
    """completed, raised, refused, exited, crashed, killed, timed-out, memory-limit, interrupted, skipped, internal."""
    stderr_tail: str = ""
    stdout_tail: str = ""
    output_bytes: int = 0
    hang: list[Frame] = []
    """Innermost first: where the target was when it crashed or was stopped."""
    detail: str = ""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One child run and all that it left."""

    kind: str
    """scaled, clean, forecast, walked, called, traced, lines, native."""
    items: int | None
    batches_asked: int
    epochs_asked: int | None
    hold: int
    exit: TrialExit
    wall_s: float
    ready: ReadyMark | None = None
    arguments: ArgumentsMark | None = None
    driver: DriverMark | None = None
    phases: list[PhaseMark] = []
    batches: list[BatchMark] = []
    settled: list[SettledMark] = []
    epochs: list[EpochMark] = []
    sites: list[SitesMark] = []
    retention: list[RetentionMark] = []
    """Walks of references, where the trial was asked for them."""
    calls: list[CallMark] = []
    """Calls of the target, where the trial was one that calls it again and again."""
    handed: list[HandedMark] = []
    """What a script handed to consumers, up to the one that was driven."""
    raised: RaisedMark | None = None
    end: EndMark | None = None
    samples: list[Sample] = []
    peak_processes: list[ProcessUse] = []
    process_names: dict[int, str] = {}
    """Names of the processes that ``samples`` tell apart."""
    pss_peak_bytes: int | None = None
    own_allocator: bool = False
    """Run with the allocator as the user has it; else all threads shared one arena."""
    sampler: str = "proc"
    """Who read the memory from outside: proc, memory-profiler."""
    forked: bool = False
    """Run in a fork of a process that had imported the libraries; else in a process that did so itself."""
    host: str | None = None
    """The machine that it ran on, where that was a worker's; ``None`` for the one that the audit was started on."""

    @property
    def shares_memory(self) -> bool:
        """Whether other threads or processes take memory too: from which arena, at which moment, is chance."""
        before = next((phase.threads for phase in self.phases if phase.name == "arguments"), None)
        return any(mark.children or (before is not None and mark.threads > before) for mark in self.settled)


class ForkServer(msgspec.Struct, frozen=True, kw_only=True):
    """The process that imported the target's libraries once, for all trials that are forks of it."""

    libraries: list[str] = []
    """By their first names."""
    seconds: float | None = None
    """How long they took to import; ``None`` where that was not seen."""
    unfit: str = ""
    """Why trials were processes of their own in the end; empty where they were not."""


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """Where a recording was made."""

    python: str
    implementation: str
    platform: str
    kernel: str
    allocator: str
    cpus: int
    open_files_limit: int | None = None
    """How many files a process may have open: ``ulimit -n``."""
    packages: dict[str, str] = {}
    """Versions of the packages that matter to the target, as far as installed."""


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the git repository that the target's code is in."""

    commit: str | None
    """``None`` before the first."""
    branch: str | None
    """``None`` where a commit is checked out, and not a branch."""
    dirty: bool
    """Whether files that git knows are not as in that commit."""


class MemoryLimit(msgspec.Struct, frozen=True, kw_only=True):
    """How much memory there is, and where the figure is from."""

    bytes: int
    source: str
    """machine, cgroup v1, cgroup v2, --memory-limit."""
    trial_bytes: int
    """What a trial may use before it is ended."""


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """A trial that was planned and not run."""

    kind: str
    items: int | None
    reason: str
    forecast_bytes: int | None = None


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What the user asked for."""

    target: str
    batches: int = 50
    max_batches: int = 1000
    epochs: int | None = None
    sizes: str = "auto"
    """``auto``, ``off``, or sizes with commas."""
    hold: int = 1
    repeats: int = 1
    items: int | None = None
    project_items: int | None = None
    synth: str | None = None
    timeout_s: float = 300.0
    lines: bool = False
    native: bool = False
    quick: bool = False
    command: list[str] = []
    sampler: str = "auto"
    """Who reads memory: auto, proc, memory-profiler."""


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an audit measured."""

    version: int = RECORDING_VERSION
    genaudit_version: str
    created_at: str
    """UTC, ISO 8601."""
    request: Request
    environment: Environment
    limit: MemoryLimit
    working_directory: str
    """Locations are printed relative to it."""
    trials: list[Trial] = []
    skipped: list[Skipped] = []
    interrupted: bool = False
    harness_path: str = ""
    """Where genaudit itself lies: never the user's own code."""
    notes: list[str] = []
    sources: dict[str, str] = {}
    """Text of the user's files that locations point into, by absolute path."""
    cells: dict[str, list[int]] = {}
    """Of those that are notebooks: the first line of each code cell, and the one after the last."""
    fork_server: ForkServer | None = None
    """``None`` where each trial was a process of its own from the start."""
    fix: Fix | None = None
    """What ``genaudit fix`` proved beside it."""
    revision: Revision | None = None
    """``None`` where the target's code is in no git repository, and in recordings of earlier versions."""
    terms: dict[str, Any] | None = None
    """What the gate held the target to, with what it needs of the baseline; ``None`` for an audit alone."""

    def __repr__(self) -> str:
        return f"<Recording {self.request.target}, {len(self.trials)} trial{'' if len(self.trials) == 1 else 's'}>"
