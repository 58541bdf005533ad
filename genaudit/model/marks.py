"""What a child writes at every boundary: a line of JSON each, whatever becomes of it afterwards.

Each mark class here is one kind of line. Times are seconds on the monotonic clock since the child's ``ready`` mark.
Sizes are bytes.
"""

from typing import Annotated

import msgspec


class Mark(msgspec.Struct, frozen=True, kw_only=True, tag_field="mark"):
    """A line that the child wrote."""

    at_s: float


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """One reading of ``/proc/self/status``; ``proc_pid_status(5)`` names the fields."""

    rss_bytes: int
    """VmRSS: everything resident."""
    anon_bytes: int
    """RssAnon: heap and private pages, which only the process itself can give back."""
    file_bytes: int
    """RssFile: mapped files; the kernel may drop these pages at any time."""
    shmem_bytes: int
    """RssShmem: shared memory."""
    high_water_bytes: int
    """VmHWM since it was last reset; the highest sample where it cannot be reset."""

    @property
    def held_bytes(self) -> int:
        """RssAnon + RssShmem: what the process holds, mapped files left out."""
        return self.anon_bytes + self.shmem_bytes


class ReadyMark(Mark, frozen=True, kw_only=True, tag="ready"):
    """The child runs; nothing of the target has been imported."""

    pid: int
    clock_s: float
    """The monotonic clock at ``at_s == 0``, shared with the parent."""
    exact_peaks: bool
    """Whether the high-water mark can be reset, so that each batch has its own."""
    memory: Memory
    bare_bytes: int | None = None
    """RSS when the interpreter had started, before anything of genaudit's was imported."""


class PhaseMark(Mark, frozen=True, kw_only=True, tag="phase"):
    """A phase ended: interpreter, import, arguments, create, first-batch, close."""

    name: str
    seconds: float
    memory: Memory
    settled_bytes: int | None = None
    """RssAnon + RssShmem after a collection and a trim of the heap at the end of the phase, if it was done."""
    filled_bytes: int | None = None
    """Bytes of what was put into the interpreter's free blocks at the end of the phase, if that was done."""
    threads: int | None = None


PHASE_AFTER: dict[str | None, str] = {
    None: "interpreter",
    "interpreter": "import",
    "import": "arguments",
    "setup": "script",
    "script": "arguments",
    "arguments": "create",
    "create": "first-batch",
    "first-batch": "steady",
    "steady": "close",
    "close": "close",
}
"""The phases of a trial in their order; ``steady`` has no mark of its own."""


STEPS = "its steps"
"""What tells how long an epoch is, where a number beside the source does."""
SCRIPT = "script"
"""The kind of a target that is a script."""


class ArgumentsMark(Mark, frozen=True, kw_only=True, tag="arguments"):
    """How the target was called."""

    kind: str
    """generator-function, class, function, iterable, keras-dataset, tf-dataset, torch-loader, …"""
    path: str | None
    line: int | None
    """Where the callable is defined."""
    function: str | None
    signature: str | None
    arguments: dict[str, str]
    """Short descriptions of the values by parameter."""
    filled: dict[str, str]
    """What genaudit chose because nothing else gave a value."""
    dataset_parameter: str | None
    dataset_kind: str | None
    """files, array, frame, directory, sequence, lines, part, number, function."""
    dataset_items: int | None
    """The size of the whole data set that was given."""
    items: int | None
    """The size in this trial."""
    file_bytes_per_item: float | None
    """Mean size on disk of the files, where the items are files."""
    could_be: list[str] = []
    """Arguments, and fields of them, that could be named as the data set where none was taken by itself."""
    along: list[str] = []
    """Parameters that were cut along with the data set."""
    lengths: dict[str, int] = {}
    """Lengths of the sequences, arrays and frames among the values, where a function of the size made them."""
    files: dict[str, int] = {}
    """Sizes of the files whose names are arguments."""
    project_root: str | None = None
    looks_like_images: bool = False
    """Files whose suffix is that of an image."""
    may_have_rows: bool = False
    """Its items are files that may have many rows each."""
    kept_bytes: int = 0
    """What stays in memory of the items that this trial does not get, as of an array of a module."""


class BatchMark(Mark, frozen=True, kw_only=True, tag="batch"):
    """One batch, or a group of fast ones; the readings are from after the last."""

    last: int
    """Number of the last batch of the group; the first batch of the trial is 1."""
    count: Annotated[int, msgspec.Meta(ge=1)]
    epoch: int
    """From 1."""
    seconds: float
    """Time inside ``next()``, summed over the group."""
    before_bytes: int
    """VmRSS when the group began: what the high-water mark is measured against."""
    before_file_bytes: int = 0
    """RssFile then: what mapped files add is no spike."""
    memory: Memory
    batch_bytes: int | None = None
    """Size of the last batch; ``None`` where its size was not taken or not known."""
    batch_items: int | None = None
    may_be_items: int | None = None
    """Its leading dimension, where ``batch_items`` is 1 and the code has that number. Of the first batch alone."""
    of_objects: bool = False
    """It has nothing but Python objects: no array, no image. Only the first batch is looked at for this."""
    shapes: list[list[int]] = []
    """Of the arrays in the first batch."""
    threads: int | None = None
    open_files: int | None = None
    after_settling: bool = False
    """The previous batch had been dropped, so ``before_bytes`` lacks it."""


class SettledMark(Mark, frozen=True, kw_only=True, tag="settled"):
    """The batch dropped, garbage collected, the heap trimmed: what is really retained."""

    batch: int
    """Batches pulled so far."""
    epoch: int
    at: str
    """first, epoch, block, end."""
    before_bytes: int
    """RssAnon + RssShmem with the batch dropped and the heap trimmed (``malloc_trim(3)``), before the collection."""
    collected_bytes: int
    """The same after a collection and another trim."""
    retained_bytes: int
    """The same again; with child processes, of the whole tree by PSS."""
    batch_items: int | None = None
    """Items of the batch that was dropped; the target's own variables may hold as many still."""
    own_bytes: int = 0
    """The same of the target's own process alone, by RssAnon + RssShmem."""
    garbage_objects: int
    """Objects that the collection found unreachable."""
    collector_on: bool
    threads: int
    open_files: int
    read_bytes: int | None = None
    """Bytes that the target's own process has read from files by then, with the few that measuring reads."""
    children: int
    tree: dict[str, int] = {}
    """PSS without mapped files, by process id, where there are child processes."""
    workers_above_bytes: int = 0
    """How far child processes have been above what they take now, at the highest moment of each, added up."""


class EpochMark(Mark, frozen=True, kw_only=True, tag="epoch"):
    """An epoch ended."""

    epoch: int
    batches: int
    """Batches of this epoch."""
    natural: bool
    """The iterator ended; otherwise the end is counted from the items seen."""


class Frame(msgspec.Struct, frozen=True, array_like=True):
    """One frame of a stack."""

    path: str
    line: int
    function: str | None = None


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Memory by the stack that allocated it, innermost frame first."""

    frames: list[Frame]
    bytes: int
    """Held at that moment; what a line left behind, where lines are the engine."""
    blocks: int
    peak_bytes: int | None = None
    """The highest that memory rose during the line, where lines are the engine."""
    height_bytes: int | None = None
    """The highest that memory stood while this very line added to it, above where it was before the batch."""


class SitesMark(Mark, frozen=True, kw_only=True, tag="sites"):
    """What tracemalloc, memray or a line profiler holds at one moment."""

    engine: str
    """tracemalloc, lines, memray."""
    at: str
    """import, create, first, epoch, block, end, peak."""
    batch: int
    traced_bytes: int
    peak_bytes: int
    tracer_bytes: int
    """Memory of the tracer itself, never blamed on the target."""
    sites: list[Site]


DEFINED = frozenset({"source", "frame", "module", "class", "function", "thread"})
"""Kinds of steps with the name of a definition. Those of the others are variables, attributes and keys of data."""


class RetentionNode(msgspec.Struct, frozen=True, kw_only=True):
    """One step on the way from something that the user can name to what is kept alive.

    Alike neighbours share a node: 400 arrays of one shape in a list are one node with a count of 400.
    """

    parent: int
    """Place of the step before in the mark's list, in which parents come first; -1 for a root."""
    kind: str
    """source, frame, module, class, function, thread, variable, attribute, default, cell, entry, referent."""
    name: str
    """What code calls it here: ``images``, ``cache``, ``KEPT``, a module, a function; empty for entries."""
    type: str
    """Its class: ``list``, ``ndarray``, ``shop.data.Loader``."""
    detail: str = ""
    """More of it, where its class does not say enough: ``256x256x3 uint8``."""
    count: int = 1
    """Objects that share this node."""
    entries: int | None = None
    """Entries of all of them, where they are containers."""
    bytes: int
    """What these objects take, with all that is first reached through them."""
    data_bytes: int = 0
    """The part of it that is data: buffers of arrays, tensors, images, frames, and bytes."""
    object_bytes: int = 0
    """The part that is Python objects: names, numbers, tuples, and the containers themselves."""
    is_sampled: bool = False
    """Estimated from a sample of the entries."""
    view_bytes: int = 0
    """Of views: bytes that they show of the larger memory that they keep alive."""
    is_foreign: bool = False
    """Objects of a class in C, or with a finaliser, which may own more than they show: readers, connections."""
    path: str | None = None
    line: int | None = None
    function: str | None = None
    """Where a frame, a function, a class or a module is defined."""


class RetentionMark(Mark, frozen=True, kw_only=True, tag="retention"):
    """What is kept alive, by whom: one walk of references through one process."""

    at: str
    """first, epoch, end; call, in a trial that calls the target again."""
    batch: int
    """In such a trial the number of the call."""
    epoch: int
    pid: int
    """0 for the target's own process, else that of a worker."""
    visited: int
    """Objects that were looked at."""
    seconds: float
    is_complete: bool
    """Whether the walk came to its end before its limits on objects and seconds."""
    bytes: int
    """All that was found."""
    nodes: list[RetentionNode]
    """The steps that matter, parents first; small ones are left out."""


class RaisedMark(Mark, frozen=True, kw_only=True, tag="raised"):
    """The target raised, or cannot be used."""

    phase: str
    batch: int
    """The batch that was being made; 0 outside of batches."""
    type: str
    message: str
    traceback: str
    frames: list[Frame]
    """Innermost last, genaudit's own frames left out."""
    slug: str | None = None
    """Short name of the case, where genaudit itself refused."""
    hint: str = ""
    exit_code: int = 3
    internal: bool = False
    """Raised by a fault of genaudit's own."""


class DriverMark(Mark, frozen=True, kw_only=True, tag="driver"):
    """How the target is driven."""

    kind: str
    """generator-function, iterable, keras-dataset, tf-dataset, torch-loader, …"""
    epoch_batches: int | None = None
    """Batches of an epoch, where the source says so before it is driven."""
    epoch_from: str | None = None
    """What told so: ``len``, ``cardinality``, ``steps``."""
    part: str = ""
    """Where the target gave several sources at once, which of them is driven."""
    others: list[str] = []
    """The others."""
    queue_batches: int | None = None
    """Batches that wait in its queue when that is full, where it has one."""
    workers: int | None = None
    """Workers that fill the queue, threads or processes, where the source says so."""
    workers_by: str = ""
    """The settings that they and the queue come from: ``num_workers=2, prefetch_factor=2``."""
    handed: int | None = None
    """Number of the source that a script handed over."""
    buffer_items: int | None = None
    """Items in its shuffle buffers when they are full, where the source says so before it is driven."""


class HandedMark(Mark, frozen=True, kw_only=True, tag="handed"):
    """A script handed a source to a consumer."""

    number: int
    """From 1, in the order in which they are handed over."""
    name: str = ""
    """What it is called on the line that hands it over."""
    type: str
    consumer: str
    """Who takes it: ``Model.fit``."""
    keeps: int = 0
    """Batches that whoever takes it keeps for as long as it runs."""
    role: str = ""
    """What it is there, where the consumer takes several: ``validation_data``."""
    steps: int | None = None
    """Batches of an epoch, where the consumer was told."""
    path: str = ""
    line: int = 0
    function: str = ""
    """Where that line is; ``<module>`` for the script itself."""


class AskMark(Mark, frozen=True, kw_only=True, tag="ask"):
    """The child has pulled what it was asked for and waits for the answer whether to go on."""

    batch: int


class ReadingMark(Mark, frozen=True, kw_only=True, tag="reading"):
    """The child cannot read its own memory, and waits for what its parent reads."""


class CallMark(Mark, frozen=True, kw_only=True, tag="call"):
    """The target was called, a short epoch pulled, and all of it let go."""

    number: int
    """From 1."""
    batches: int
    batch_bytes: int | None = None
    retained_bytes: int
    """RssAnon + RssShmem after a collection and a trim, of the whole tree."""
    seconds: float


class AtRestMark(Mark, frozen=True, kw_only=True, tag="at-rest"):
    """The workers have done what was asked of them, all are alive, and the child waits until they have been read."""

    batch: int


class EndMark(Mark, frozen=True, kw_only=True, tag="end"):
    """The trial came to its planned end."""

    batch: int
    epochs: int
    exhausted: bool
    """The iterator ended before the batches that were asked for."""
    stopped: str
    """batches, epochs, exhausted, time, empty, made-data; once, where calls are epochs."""
    ended_after: int | None = None
    """Batches after which the iterator ended, where that was looked for behind epochs that were counted."""


class LeftMark(Mark, frozen=True, kw_only=True, tag="left"):
    """All marks are written; what follows is what Python or a library does when a process ends."""


AnyMark = (
    ReadyMark
    | PhaseMark
    | ArgumentsMark
    | BatchMark
    | SettledMark
    | EpochMark
    | SitesMark
    | RetentionMark
    | RaisedMark
    | DriverMark
    | HandedMark
    | AskMark
    | ReadingMark
    | CallMark
    | AtRestMark
    | EndMark
    | LeftMark
)
