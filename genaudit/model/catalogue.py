"""Every pattern that genaudit looks for, and every figure that it holds against a promise: facts by code, in one place.

Nobody else knows what a code means: rules, reports, the gate and renderers ask here, and go by the facts. A new rule
has its entry here, and is then known to suppressions, headlines, advice and pictures alike.
"""

import enum
from collections.abc import Mapping

import msgspec


class Source(str, enum.Enum):
    """Who asked the question that an outcome answers."""

    RULE = "rule"
    """A rule, measured or static."""
    BUDGET = "budget"
    """A promise in the configuration or on the command line."""
    BASELINE = "baseline"
    """The comparison with an earlier report."""
    TARGET = "target"
    """The target itself, which did not run to the end."""


class Kind(str, enum.Enum):
    """What is wrong with memory where a pattern is found; which advice fits depends on it."""

    LOADS = "loads"
    """Much of the data set is in memory at once, before it is needed."""
    KEEPS = "keeps"
    """What batches or epochs leave behind."""
    PASSES = "passes"
    """Memory that is needed for a moment."""
    PIPELINE = "pipeline"
    """A buffer or a queue of a library without a useful bound."""
    PROCESS = "process"
    """Workers, threads, open files."""
    AUDIT = "audit"
    """The measurement, or a comment in the source; no change of the target would help."""


class Pattern(msgspec.Struct, frozen=True, kw_only=True):
    """A pattern that rules look for: by measuring, in source text, or both."""

    code: str
    name: str
    kind: Kind
    figure: str | None = None
    """The figure that a measured rule judges by, named as its budget is."""
    shape: str | None = None
    """The shape that memory has over batches, as the page of a report draws it."""
    headline: str | None = None
    """What the target does, as the headline of a report has it."""
    fix: str = ""
    """What to do, in words; only measured rules have it, static ones know the call to be changed."""
    fixes: Mapping[str, str] = {}
    """The same for kinds of targets: ``tf-dataset``, or ``item`` where items are made one by one."""
    shown_by: tuple[str, ...] = ()
    """Codes of measured rules that the fault shows in when a static rule suspects it, its own first."""
    at_epoch_end: bool = False
    """The law of growth that matters is that at the end of an epoch, not that at the first batch."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of a report that a budget limits, and that is compared with the baseline."""

    name: str
    budget: str
    """The code of the budget's outcome."""
    baseline: str
    """The code of the comparison's outcome."""


EAGER_LOAD = Pattern(
    code="GA101",
    name="eager-load",
    kind=Kind.LOADS,
    figure="per-item",
    shape="eager",
    headline="loads its whole data set before the first batch",
    fix="Keep paths, offsets or a memory map, and load each item when its batch is made.",
    fixes={
        "tf-dataset": "Build the pipeline over the paths, and decode in .map(...).",
        "item": "Keep the paths in the constructor, and read one item in __getitem__.",
    },
    shown_by=("GA101",),
)
EAGER_INIT = Pattern(code="GA102", name="eager-init", kind=Kind.LOADS, shape="eager", shown_by=("GA101",))
WHOLE_FILE_READ = Pattern(code="GA103", name="whole-file-read", kind=Kind.LOADS, shape="eager", shown_by=("GA101",))
DATASET_AS_ARGUMENT = Pattern(
    code="GA104",
    name="dataset-as-argument",
    kind=Kind.LOADS,
    shape="eager",
    headline="is given the whole data set in memory",
    fix="Pass the paths, or a map of the file: np.load(path, mmap_mode='r') gives a numpy.memmap, whose pages are the "
    "kernel's to drop.",
    shown_by=("GA104", "GA101"),
)
BATCH_GROWTH = Pattern(
    code="GA201",
    name="batch-growth",
    kind=Kind.KEEPS,
    figure="growth",
    shape="leak",
    headline="keeps memory with every batch",
    fix="Let go of each batch: keep a number, or bound what is kept.",
    shown_by=("GA201", "GA202", "GA203"),
)
EPOCH_GROWTH = Pattern(
    code="GA202",
    name="epoch-growth",
    kind=Kind.KEEPS,
    figure="epoch-growth",
    shape="leak",
    headline="keeps memory with every epoch",
    fix="Clear what belongs to an epoch when the epoch ends.",
)
UNBOUNDED_CACHE = Pattern(
    code="GA203",
    name="unbounded-cache",
    kind=Kind.KEEPS,
    figure="per-item",
    shape="cache",
    headline="caches every item it has seen, without a bound",
    fix="Give the cache a bound, or drop it: the page cache keeps hot files anyway.",
    fixes={"tf-dataset": "Give .cache(filename) a file, which keeps the items on disk; or leave it out."},
    shown_by=("GA203", "GA201"),
    at_epoch_end=True,
)
CYCLIC_GARBAGE = Pattern(
    code="GA204",
    name="cyclic-garbage",
    kind=Kind.PASSES,
    shape="leak",
    fix="Break the cycle when the batch is done, or refer back weakly: weakref.ref(parent).",
)
CALL_GROWTH = Pattern(
    code="GA205",
    name="call-growth",
    kind=Kind.KEEPS,
    shape="leak",
    headline="keeps memory with every call of the function that makes it",
    fix="Let go of what a call makes: no registry of it, and no closure over arrays that a library keeps.",
)
TRAINING_LOOP_GROWTH = Pattern(
    code="GA206",
    name="training-loop-growth",
    kind=Kind.KEEPS,
    shape="leak",
    headline="keeps what each batch made",
    fix="Keep a number of it: losses.append(loss.item()).",
)
BATCH_SPIKE = Pattern(
    code="GA301",
    name="batch-spike",
    kind=Kind.PASSES,
    figure="spike",
    shape="spike",
    headline="needs many times a batch while it makes one",
    fix="Fill one preallocated array, and convert in place.",
    fixes={"item": "Convert the item in place, and decode it at the size that is needed: no second whole copy of it."},
)
DTYPE_UPCAST = Pattern(code="GA302", name="dtype-upcast", kind=Kind.PASSES, shape="spike", shown_by=("GA301",))
CONCATENATE_IN_LOOP = Pattern(
    code="GA303",
    name="concatenate-in-loop",
    kind=Kind.PASSES,
    shape="spike",
    shown_by=("GA301", "GA101", "GA201"),
)
OVERSIZED_SHUFFLE_BUFFER = Pattern(
    code="GA401", name="oversized-shuffle-buffer", kind=Kind.PIPELINE, shown_by=("GA101", "GA203")
)
IN_MEMORY_CACHE = Pattern(
    code="GA402", name="in-memory-cache", kind=Kind.PIPELINE, shown_by=("GA203", "GA101", "GA201")
)
UNBOUNDED_PREFETCH = Pattern(
    code="GA403", name="unbounded-prefetch", kind=Kind.PIPELINE, shown_by=("GA101", "GA201", "GA203")
)
WORKER_DUPLICATION = Pattern(
    code="GA501",
    name="worker-duplication",
    kind=Kind.PROCESS,
    figure="workers",
    headline="copies the data into every worker",
    fix="Keep the data in arrays, not Python lists; start workers by spawn or forkserver.",
    shown_by=("GA501",),
)
FILE_LEAK = Pattern(
    code="GA502",
    name="file-leak",
    kind=Kind.PROCESS,
    figure="open-files",
    headline="opens files and does not close them",
    fix="Close each file when it has been read: use a with statement.",
    shown_by=("GA502",),
)
THREAD_LEAK = Pattern(
    code="GA503",
    name="thread-leak",
    kind=Kind.PROCESS,
    headline="starts threads and does not end them",
    fix="End each thread, or keep one pool for all batches.",
)
PROCESS_LEAK = Pattern(
    code="GA504",
    name="process-leak",
    kind=Kind.PROCESS,
    headline="starts processes and does not end them",
    fix="End each process, or keep one pool for all batches.",
)
INCONCLUSIVE = Pattern(code="GA901", name="inconclusive", kind=Kind.AUDIT)
UNUSED_SUPPRESSION = Pattern(code="GA903", name="unused-suppression", kind=Kind.AUDIT)

PATTERNS: tuple[Pattern, ...] = (
    EAGER_LOAD,
    EAGER_INIT,
    WHOLE_FILE_READ,
    DATASET_AS_ARGUMENT,
    BATCH_GROWTH,
    EPOCH_GROWTH,
    UNBOUNDED_CACHE,
    CYCLIC_GARBAGE,
    CALL_GROWTH,
    TRAINING_LOOP_GROWTH,
    BATCH_SPIKE,
    DTYPE_UPCAST,
    CONCATENATE_IN_LOOP,
    OVERSIZED_SHUFFLE_BUFFER,
    IN_MEMORY_CACHE,
    UNBOUNDED_PREFETCH,
    WORKER_DUPLICATION,
    FILE_LEAK,
    THREAD_LEAK,
    PROCESS_LEAK,
    INCONCLUSIVE,
    UNUSED_SUPPRESSION,
)
"""Every pattern that a rule looks for, in the order of their codes."""

FIGURES: Mapping[str, Figure] = {
    figure.name: figure
    for figure in (
        Figure(name="peak", budget="GA601", baseline="GA701"),
        Figure(name="first-batch", budget="GA602", baseline="GA702"),
        Figure(name="growth", budget="GA603", baseline="GA703"),
        Figure(name="epoch-growth", budget="GA604", baseline="GA704"),
        Figure(name="spike", budget="GA605", baseline="GA705"),
        Figure(name="per-item", budget="GA606", baseline="GA706"),
        Figure(name="scaling", budget="GA607", baseline="GA707"),
        Figure(name="workers", budget="GA608", baseline="GA708"),
        Figure(name="open-files", budget="GA609", baseline="GA709"),
        Figure(name="time-to-first-batch", budget="GA610", baseline="GA710"),
        Figure(name="forecast", budget="GA611", baseline="GA711"),
    )
}
"""Every figure, in the order of its codes. Of the last comparisons some are never made; their codes are taken."""

GRAVEST_FIRST = (
    "growth",
    "epoch-growth",
    "per-item",
    "scaling",
    "forecast",
    "peak",
    "workers",
    "first-batch",
    "spike",
    "open-files",
    "time-to-first-batch",
)
"""Figures by how much it matters that a promise about them is broken: growth first, which has no end, then sizes."""

MISSING_BASELINE = "GA700"
TARGET_FAILURE = "GA900"

_PATTERNS: Mapping[str, Pattern] = {pattern.code: pattern for pattern in PATTERNS}
_FACTS: Mapping[str, tuple[Source, str | None]] = {
    **{pattern.code: (Source.RULE, pattern.figure) for pattern in PATTERNS},
    **{figure.budget: (Source.BUDGET, figure.name) for figure in FIGURES.values()},
    **{figure.baseline: (Source.BASELINE, figure.name) for figure in FIGURES.values()},
    MISSING_BASELINE: (Source.BASELINE, None),
    TARGET_FAILURE: (Source.TARGET, None),
}


def pattern_of(code: str) -> Pattern | None:
    """The pattern that a rule's code is for; ``None`` for codes of promises, and of a later version.

    Example:
        >>> pattern_of("GA101").name, pattern_of("GA601")
        ('eager-load', None)
    """
    return _PATTERNS.get(code)


def facts_of(code: str) -> tuple[Source, str | None]:
    """Who asks the question that has a code, and the figure it is about.

    Example:
        >>> facts_of("GA603"), facts_of("GA204")
        ((<Source.BUDGET: 'budget'>, 'growth'), (<Source.RULE: 'rule'>, None))
    """
    return _FACTS.get(code, (Source.RULE, None))
