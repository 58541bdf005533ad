"""The one table of options: command line, configuration, variables, pytest and Python functions all follow it.

A row is a key of one of the typed dicts below: its name, its type, and an ``Option`` with everything else. To add an
option, add its row here, a field of the same name to ``genaudit.model.job.Job`` (none where nothing is measured, as for
those of lint), and the code that uses it. Nothing but the standard library is imported: the help of the command line
and the start of pytest pass through here.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypedDict

if TYPE_CHECKING:
    from genaudit.model.limits import Limits
    from genaudit.model.progress import Progress

COUNT, FLAG, SECONDS, SHARE, SIZE, SIZES, TEXT, TEXTS, PATH, CHOICE, FORMATS = (
    "count",
    "flag",
    "seconds",
    "share",
    "size",
    "sizes",
    "text",
    "texts",
    "path",
    "choice",
    "formats",
)
"""Kinds of values that can be written as text. Configuration and command line have a reader for each."""
OBJECT = "object"
"""The kind of what only a Python function takes."""

COMMANDS = ("run", "compare", "gate", "lint")
"""Commands whose options come from here; a place of this name means the option can be typed there."""
CONFIGURATION = "configuration"
"""A key of the configuration, and a variable ``GENAUDIT_*``."""
TARGET = "target"
"""The key may also be set for one target."""
MARKER = "marker"
"""A keyword of the pytest marker and of its fixture."""
INI = "ini"
"""An ini option of pytest, ``genaudit_*``."""

_CONFIGURED = (CONFIGURATION, TARGET, MARKER)
_DATA = ("run", "compare", *_CONFIGURED)
_INTERPRETER = ("run", "compare", CONFIGURATION, TARGET)
_MEASURING = ("run", "compare", "gate")
_ANYWHERE = (*_MEASURING, *_CONFIGURED, INI)


class Option(NamedTuple):
    """One row of the table."""

    kind: str
    help: str
    """What it does, in a sentence."""
    default: Any = None
    on: tuple[str, ...] = ()
    """The places that have it, besides the functions that the typed dicts are of."""
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    identifies: bool = False
    """Another value gives other figures, and so another entry of the baseline."""
    defaults: Mapping[str, Any] = {}
    """Defaults by place, where they differ."""
    helps: Mapping[str, str] = {}
    """Words by place, where they differ: a command, ``marker``, or ``python`` for the functions."""
    name: str = ""
    """As a Python parameter."""
    annotation: Any = None

    @property
    def key(self) -> str:
        """The name in a configuration and, behind two dashes, on a command line."""
        return self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """The environment variable of the key."""
        return f"GENAUDIT_{self.name.upper()}"

    def help_at(self, place: str) -> str:
        """What it does, in the words of a place."""
        return self.helps.get(place, self.help)

    def default_at(self, place: str) -> Any:
        """Its value where nothing is said.

        ``gate`` asks the configuration first, so what can be configured has no default on its command line.
        """
        if place == "gate" and CONFIGURATION in self.on:
            return None
        return self.defaults.get(place, self.default)


class ArgumentOptions(TypedDict, total=False):
    """What the target is called with, as objects."""

    arguments: Annotated[
        Mapping[str, object] | None,
        Option(
            OBJECT,
            "Values by parameter: numbers, strings, lists, paths, numpy arrays, functions of a module. They are made "
            "again in the measured process; for anything else see ``args_from``.",
        ),
    ]


class DataOptions(TypedDict, total=False):
    """What the target is called with, and what of it is the data set."""

    args_from: Annotated[
        str | None,
        Option(
            TEXT,
            "FN() or FN(n) returns the arguments, for n items.",
            on=_DATA,
            metavar="MODULE:FN",
            identifies=True,
            helps={
                "python": "``module:function`` that returns a dict of arguments, called with the size n if it takes "
                "one. Of several variants each gets those that it has parameters for."
            },
        ),
    ]
    dataset: Annotated[
        str | None,
        Option(
            TEXT,
            "The parameter that is the data set, where values do not tell.",
            on=_DATA,
            metavar="NAME",
            identifies=True,
        ),
    ]
    synth: Annotated[
        str | None,
        Option(
            TEXT,
            "Make a data set: n=400, of what the target reads; or a kind, as in images:n=400,size=256x256 "
            "(images, arrays, npy, h5, csv, parquet, lines, jsonl, wav, video, tfrecord, shards).",
            on=_DATA,
            metavar="SPEC",
            identifies=True,
        ),
    ]
    items: Annotated[
        int | None,
        Option(
            COUNT,
            "The size n for --args-from, --synth and {n}. Not given: 512, or the default of the parameter of FN.",
            on=("run", "compare", "gate", *_CONFIGURED),
            identifies=True,
            helps={
                "gate": "The size n for args-from and synth. Not given: 512, or the default of the parameter of FN.",
                MARKER: "The size n for args_from and synth.",
                "python": "The size n for ``args_from`` and ``synth``.",
            },
        ),
    ]


class ForecastOptions(TypedDict, total=False):
    """What is to be known of the real data set: no new run is needed for it."""

    project_items: Annotated[int | None, Option(COUNT, "Items of the real data set, for the forecast.", on=_DATA)]


class DriveOptions(DataOptions, ForecastOptions, total=False):
    """What is driven, and how far, at which sizes and how often."""

    batches: Annotated[int, Option(COUNT, "Batches to pull.", 50, on=_ANYWHERE, identifies=True)]
    max_batches: Annotated[
        int,
        Option(
            COUNT,
            "Batches at most, while memory still rises.",
            1000,
            on=_ANYWHERE,
        ),
    ]
    epochs: Annotated[
        int | None,
        Option(
            COUNT,
            "Drive so many epochs, however many batches they have.",
            on=_ANYWHERE,
            identifies=True,
        ),
    ]
    sizes: Annotated[
        str,
        Option(
            SIZES,
            "Sizes of the data set to measure, as 50,100,200.",
            "auto",
            on=_ANYWHERE,
            metavar="auto|off|LIST",
            identifies=True,
            helps={
                "python": "``auto``, ``off``, or sizes of the data set with commas.",
            },
        ),
    ]
    hold: Annotated[int, Option(COUNT, "Batches that stay alive while the next is made.", 1, on=_DATA, identifies=True)]
    repeats: Annotated[
        int,
        Option(
            COUNT,
            "Drives of the target, or of each variant.",
            1,
            on=_ANYWHERE,
            defaults={"compare": 3},
            helps={"gate": "Repeat the drive: narrower intervals."},
        ),
    ]
    driver: Annotated[
        str | None, Option(TEXT, "Force how a target is driven.", on=_DATA, metavar="NAME", identifies=True)
    ]
    python: Annotated[
        str | None,
        Option(
            TEXT,
            "The Python that the target runs in, where genaudit is installed in another.",
            on=_INTERPRETER,
            metavar="PATH",
        ),
    ]
    env: Annotated[
        str | None,
        Option(
            TEXT,
            "The same by its environment: a folder such as .venv, or a name of conda's.",
            on=_INTERPRETER,
            metavar="ENVIRONMENT",
        ),
    ]
    sampler: Annotated[
        str,
        Option(
            CHOICE,
            "Who reads memory: auto, proc, or memory-profiler, as where /proc is missing.",
            "auto",
            on=_DATA,
            metavar="NAME",
            choices=("auto", "proc", "memory-profiler"),
            identifies=True,
            helps={"python": "Who reads memory: ``auto``, ``proc`` or ``memory-profiler``."},
        ),
    ]
    fresh: Annotated[
        bool,
        Option(
            FLAG,
            "Import the libraries anew for each trial, in place of forking a process that has them.",
            default=False,
            on=_DATA,
        ),
    ]
    dask: Annotated[
        str | None,
        Option(
            TEXT,
            "Run trials on the workers of a Dask cluster: tcp://HOST:8786, or local for a try here (extra [dask]).",
            on=_MEASURING,
            metavar="ADDRESS",
            helps={
                "python": "Run trials on the workers of a Dask cluster: the address of its scheduler, or ``local`` for "
                "a try on this machine (extra ``[dask]``)."
            },
        ),
    ]


class TraceOptions(TypedDict, total=False):
    """How many trials look for lines, and how."""

    lines: Annotated[
        bool, Option(FLAG, "Also profile line by line, native memory included (slow).", default=False, on=("run",))
    ]
    native: Annotated[
        bool, Option(FLAG, "Also trace native allocations with memray (extra [native]).", default=False, on=("run",))
    ]
    quick: Annotated[
        bool,
        Option(
            FLAG,
            "Fewer trials: no tracing where nothing was found.",
            default=False,
            on=("run", *_CONFIGURED, INI),
            defaults={MARKER: True},
            helps={MARKER: "False also traces where nothing was found."},
        ),
    ]


class TrialOptions(TypedDict, total=False):
    """What ends a trial."""

    memory_limit: Annotated[
        int | str | None,
        Option(
            SIZE,
            "End a trial at this PSS, as 8G or 500MiB; default 80 % of what is available.",
            on=_ANYWHERE,
            metavar="SIZE",
            helps={
                "python": "End a trial at this PSS, bytes or text such as ``8G`` or ``500MiB``; default 80 % of what "
                "is available.",
            },
        ),
    ]
    timeout: Annotated[
        float | str,
        Option(
            SECONDS,
            "End a trial after so long: seconds, or 90s, 5m, 1h.",
            300.0,
            on=_ANYWHERE,
            metavar="TIME",
            helps={"python": "End a trial after so many seconds, or after a time such as ``5m``."},
        ),
    ]


class LevelOptions(TypedDict, total=False):
    """Which findings fail."""

    fail_on: Annotated[
        str,
        Option(
            CHOICE,
            "The lowest level that fails.",
            "error",
            on=("run", "gate", "lint", CONFIGURATION, MARKER, INI),
            choices=("error", "warn", "never"),
            helps={"python": "The lowest level that fails: ``error``, ``warn`` or ``never``."},
        ),
    ]


class ExitOptions(TypedDict, total=False):
    """What only an exit code needs."""

    exit_zero: Annotated[
        bool, Option(FLAG, "Findings do not change the exit code.", default=False, on=("run", "gate", "lint"))
    ]


class StrictOptions(TypedDict, total=False):
    """Whether what is not known fails."""

    strict: Annotated[
        bool,
        Option(
            FLAG,
            "Exit with 4 where a rule is inconclusive, or only batches were tested.",
            default=False,
            on=(*_MEASURING, CONFIGURATION, MARKER, INI),
            helps={
                "compare": "Exit with 4 where it is not known whether the data is the same, or only batches were "
                "tested.",
                "gate": "Exit with 4 where a promise is inconclusive, or only batches were tested.",
                MARKER: "Fail a test whose audit is inconclusive, or could test batches only.",
                "python": "What is inconclusive, or covers batches only, is not ``ok``.",
            },
        ),
    ]


class ProgressOptions(TypedDict, total=False):
    """Who hears of it while it runs."""

    progress: Annotated[
        "Callable[[Progress], None] | None",
        Option(OBJECT, "A function that is called a few times a second with where the trial is, a ``Progress``."),
    ]


class LimitOptions(TypedDict, total=False):
    """What rules compare with."""

    limits: Annotated[
        "Limits | None", Option(OBJECT, "The numbers that rules compare with, where the defaults do not fit.")
    ]


class BudgetOptions(TypedDict, total=False):
    """What is promised."""

    budgets: Annotated[
        Mapping[str, object] | None,
        Option(
            OBJECT,
            'Promises by name, as in a configuration: ``{"growth": "64KiB/batch", "peak": {"max": "2GiB"}}``. A broken '
            "one is a finding.",
        ),
    ]


class VariantOptions(TypedDict, total=False):
    """What only a comparison takes."""

    against: Annotated[
        str | None,
        Option(
            TEXT,
            "Compare with the same target at another git revision.",
            on=("compare",),
            metavar="REV",
            helps={"python": "A git revision; the target as it is there becomes the first variant."},
        ),
    ]
    check_batches: Annotated[
        bool,
        Option(
            FLAG,
            "Also compare what is yielded, batch by batch, with seeds fixed.",
            default=False,
            on=("compare",),
        ),
    ]
    unordered: Annotated[
        bool,
        Option(
            FLAG,
            "Compare the items of each epoch as a set; implies --check-batches.",
            default=False,
            on=("compare",),
            helps={
                "python": "Compare the items of each epoch as a set, whatever their order and the size of batches; "
                "implies ``check_batches``."
            },
        ),
    ]
    variant_arguments: Annotated[
        Mapping[str | int, Mapping[str, object]] | None,
        Option(OBJECT, "Plain values for one variant, by its name or its position from 1."),
    ]


class ProjectOptions(TypedDict, total=False):
    """What holds for a project as a whole: its targets, and what they are held to."""

    targets: Annotated[
        list[str],
        Option(
            TEXTS,
            'What to hold, as after `genaudit run`; the tables `target."…"` count too.',
            on=(CONFIGURATION,),
        ),
    ]
    baseline: Annotated[
        str,
        Option(
            PATH,
            "The baseline file.",
            "genaudit-baseline.json",
            on=("gate", CONFIGURATION),
            helps={"gate": "The baseline file; default genaudit-baseline.json."},
        ),
    ]
    update_baseline: Annotated[
        bool, Option(FLAG, "Write what is measured as the new baseline.", default=False, on=("gate",))
    ]
    reason: Annotated[str, Option(TEXT, "Why the baseline changes, for those who review it.", on=("gate",))]
    require_baseline: Annotated[
        bool,
        Option(FLAG, "Exit with 2 where there is no baseline.", default=False, on=("gate", CONFIGURATION)),
    ]
    tolerance: Annotated[
        str,
        Option(SHARE, "How far a figure may be above the baseline, as a share of it: 10%.", on=(CONFIGURATION,)),
    ]
    min_change: Annotated[
        str, Option(SIZE, "What a figure may be above the baseline in any case: 2MiB.", on=(CONFIGURATION,))
    ]
    out: Annotated[str, Option(PATH, "Reports folder.", "reports", on=(CONFIGURATION,))]
    write: Annotated[
        str,
        Option(FORMATS, "Reports in the reports folder: html,png,json or some of them, or none.", on=(CONFIGURATION,)),
    ]


class LintOptions(TypedDict, total=False):
    """What only reading has: which files and rules, what of the findings is shown, and what becomes of them."""

    select: Annotated[
        list[str],
        Option(TEXTS, "Only these: codes, GA1 for a block, names; by commas.", (), on=("lint",), metavar="RULES"),
    ]
    ignore: Annotated[list[str], Option(TEXTS, "All but these.", (), on=("lint",), metavar="RULES")]
    extend_exclude: Annotated[
        list[str], Option(TEXTS, "Leave out, as in .gitignore.", (), on=("lint",), metavar="PATTERN")
    ]
    per_path_ignore: Annotated[
        list[str],
        Option(TEXTS, "Not these rules where the path matches.", (), on=("lint",), metavar="PATTERN:RULES"),
    ]
    no_gitignore: Annotated[bool, Option(FLAG, "Also what .gitignore leaves out.", default=False, on=("lint",))]
    statistics: Annotated[bool, Option(FLAG, "Only how many findings each rule has.", default=False, on=("lint",))]
    notes: Annotated[
        bool, Option(FLAG, "Show notes too, which text and concise leave out.", default=False, on=("lint",))
    ]
    no_notes: Annotated[bool, Option(FLAG, "Leave notes out of every format.", default=False, on=("lint",))]
    add_ignore: Annotated[
        bool,
        Option(
            FLAG,
            "Write a comment at each finding that answers for it, so that only new ones are shown.",
            default=False,
            on=("lint",),
        ),
    ]
    fix: Annotated[
        bool,
        Option(FLAG, "Show fixes that are certain, as a diff. Needs genaudit[fix].", default=False, on=("lint",)),
    ]
    cache_size: Annotated[
        int | None,
        Option(COUNT, "With --fix: the number of results an unbounded cache may keep.", on=("lint",)),
    ]


class JobOptions(DriveOptions, TraceOptions, TrialOptions, total=False):
    """Options that are fields of a job under the same names."""


class RecordOptions(ArgumentOptions, JobOptions, LimitOptions, ProgressOptions, total=False):
    """Keywords of ``genaudit.record``."""


class AuditOptions(RecordOptions, LevelOptions, StrictOptions, BudgetOptions, total=False):
    """Keywords of ``genaudit.audit``."""


class CompareOptions(ArgumentOptions, DriveOptions, TrialOptions, StrictOptions, VariantOptions, total=False):
    """Keywords of ``genaudit.compare``."""


def rows_of(*groups: type) -> tuple[Option, ...]:
    """The rows of typed dicts, each once, in their order.

    Example:
        >>> [option.name for option in rows_of(TraceOptions)]
        ['lines', 'native', 'quick']
    """
    return tuple({option.name: option for group in groups for option in _rows(group)}.values())


def _rows(group: type) -> Iterator[Option]:
    for name, hint in group.__annotations__.items():
        (option,) = hint.__metadata__
        yield option._replace(name=name, annotation=hint.__origin__)


OPTIONS = rows_of(VariantOptions, AuditOptions, ExitOptions, ProjectOptions, LintOptions)
"""Every option there is."""
BY_NAME = {option.name: option for option in OPTIONS}


def options_at(place: str) -> tuple[Option, ...]:
    """The rows of a place.

    Example:
        >>> [option.key for option in options_at("ini")][:3]
        ['batches', 'max-batches', 'epochs']
    """
    return tuple(option for option in OPTIONS if place in option.on)
