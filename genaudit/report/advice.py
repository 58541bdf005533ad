"""Advice on what was found: in words that fit the library at the line to blame, and with the command that checks it."""

import itertools
import re
import shlex
from collections.abc import Iterator, Sequence

import msgspec

from genaudit.evidence.evidence import Evidence
from genaudit.evidence.retention.tree import Holding, Tree
from genaudit.masking import mask
from genaudit.model.advice import is_sketch, with_check
from genaudit.model.catalogue import TRAINING_LOOP_GROWTH, UNBOUNDED_CACHE, Kind, Pattern, pattern_of
from genaudit.model.marks import SCRIPT, RetentionMark
from genaudit.model.outcome import EvidenceKind, Outcome
from genaudit.model.recording import Recording

LONGEST = 120
"""Characters of a command that still fits on a line."""
LONGEST_ARGUMENT = 300
"""Characters of an argument that is still typed, and not made by a program."""
LONGEST_TO_PASTE = 380
"""Characters of a command to paste: what shows it cuts a line that is longer than 400."""
_QUEUES = frozenset(["Queue", "LifoQueue", "PriorityQueue", "SimpleQueue", "JoinableQueue"])
_PUT = re.compile(r"\bput(?:_nowait)?\(|Queue\(")
_QUEUE_WORDS = "Give the queue a bound, as in Queue(maxsize=8): when it is full, what fills it waits."
_VIEW_WORDS = "Keep a copy of the part, as in part.copy(): a view keeps the whole array alive that it was cut from."
MOST_SHOWN = 0.5
"""Views that show more of what they keep alive than this share pin no more than they are."""
_SHARED = frozenset(["--arg", "--args-from", "--dataset", "--synth", "--items", "--driver"])
"""Options of ``run`` and ``compare`` alike that say what the data is."""

_LOADED = frozenset([Kind.LOADS])
_HELD = frozenset([Kind.LOADS, Kind.KEEPS])
_ITEMS = frozenset(["torch-dataset", "torch-loader", "sequence"])
_BY_CALL: tuple[tuple[str, frozenset[Kind], str], ...] = (
    (r"\.cache\(", _HELD, UNBOUNDED_CACHE.fixes["tf-dataset"]),
    (
        r"get_fdata\(",
        _HELD,
        "Read what a batch needs from image.dataobj[...]: get_fdata() keeps a copy in the image unless it is given "
        "caching='unchanged'.",
    ),
    (
        r"\bcycle\(",
        _HELD,
        "Begin the iteration anew for each epoch in a loop: itertools.cycle keeps every item that it handed out.",
    ),
    (
        r"\bh5py\b|\.(?:h5|hdf5)\b",
        _LOADED,
        "Keep the h5py data set, and slice it with the rows of a batch.",
    ),
    (
        r"\bimap(?:_unordered)?\(|\b\w*(?:pool|executor)\.map\(",
        _HELD,
        "Hand over a few items at a time, and use their results before the next: imap and map go through all of their "
        "input, however slowly the batches are used, and keep what is not used yet.",
    ),
    (
        r"\bread_parquet\(|\b(?:pq|parquet)\.read_table\(",
        _LOADED,
        "Read in pieces: pyarrow.parquet.ParquetFile(path).iter_batches().",
    ),
    (r"\bread_(?:csv|table|fwf)\(|\bDictReader\(|\bcsv\.reader\(|\breadlines\(", _LOADED, ""),
    (
        r"\bmemmap\(|\bmmap_mode\s*=\s*['\"]",
        _LOADED,
        "Keep the memory map as it is, and copy the rows of a batch out of it: np.array(x[i:j]).",
    ),
    (
        r"\b(?:np|numpy)\.load\(",
        _LOADED,
        "Open the file with mmap_mode='r' (.npy, not .npz): values become a numpy.memmap, which np.array(...) of a "
        "slice copies.",
    ),
    (
        r"VideoCapture|read_video|VideoReader|mimread|\.read\(\)\[1\]|get_reader",
        _LOADED,
        "Keep the positions of the frames, and decode those of a batch when it is made: seek in the open video.",
    ),
    (
        r"wavfile|soundfile|\bsf\.read|librosa|torchaudio|wave\.open|readframes",
        _LOADED,
        "Read the frames of a batch only: soundfile.read(path, start=..., stop=...), or wave's setpos and readframes.",
    ),
)
_BY_ROWS = {
    "csv": "Read row by row: iterate over csv.reader(file) where batches are made.",
    "lines": "Iterate over the open file: it hands out one line at a time.",
    "table": "Read in pieces: pd.read_csv(path, chunksize=...) hands out the rows so many at a time.",
}


def advised(outcomes: Sequence[Outcome], evidence: Evidence) -> list[Outcome]:
    """The outcomes, each finding with advice that ends with the command that checks it."""
    command = check_command(evidence.recording)
    return [_advised(outcome, evidence, command) for outcome in outcomes]


def _advised(outcome: Outcome, evidence: Evidence, command: str) -> Outcome:
    pattern = pattern_of(outcome.code)
    if not outcome.is_finding or not outcome.fix or pattern is None or pattern.kind is Kind.AUDIT:
        return outcome
    if outcome.code == TRAINING_LOOP_GROWTH.code and not is_of_notebook(evidence.recording.request.target):
        # Only the job itself makes the step.
        command = watch_it(evidence.recording)
    words = None if is_sketch(outcome.fix) else _fitting(outcome, pattern, evidence)
    return msgspec.structs.replace(outcome, fix=with_check(words or outcome.fix, command))


def _fitting(outcome: Outcome, pattern: Pattern, evidence: Evidence) -> str | None:
    """Words for the library at the line to blame, or for the kind of target; ``None`` where the rule's own do."""
    line = _line(outcome, evidence)
    words = _by_what_is_held(line, evidence) if pattern.kind in _HELD else None
    if words is not None:
        return words
    # The reader of the source knows the call, and says what fits it; and what reads the files of items one by one is
    # no whole file.
    by_loading = outcome.evidence is EvidenceKind.MEASURED and " for " not in line
    for call, kinds, words in _BY_CALL:
        if pattern.kind in kinds and (by_loading or kinds is not _LOADED) and re.search(call, line):
            return words or _rows(line)
    if outcome.evidence is not EvidenceKind.MEASURED or (pattern.kind is Kind.KEEPS and line):
        # What a line of Python keeps, no step of a pipeline lets go.
        return None
    return _by_target(outcome, pattern, evidence)


def _by_what_is_held(line: str, evidence: Evidence) -> str | None:
    """Words for a line that fills a queue, or that keeps a piece of an array, where walks found that to hold most."""
    is_put, is_cut = _PUT.search(line) is not None, "[" in line
    if not is_put and not is_cut:
        return None
    most = [held for trial in evidence.recording.trials for mark in trial.retention for held in _most_of(mark)]
    if is_put and any(step.type.rpartition(".")[2] in _QUEUES for held in most for step in held.steps):
        return _QUEUE_WORDS
    return _VIEW_WORDS if is_cut and any(_pins(held) for held in most) else None


def _most_of(mark: RetentionMark) -> list[Holding]:
    """What holds most of all that a walk found."""
    return [held for held in Tree(mark).holdings() if 2 * held.bytes > mark.bytes]


def _pins(holding: Holding) -> bool:
    """Whether it is views of arrays that are much larger than what they show of them."""
    array = holding.payload
    return 0 < array.view_bytes < MOST_SHOWN * array.data_bytes


def _rows(line: str) -> str:
    if "readlines" in line:
        return _BY_ROWS["lines"]
    return _BY_ROWS["table" if "read_" in line else "csv"]


def _by_target(outcome: Outcome, pattern: Pattern, evidence: Evidence) -> str | None:
    kind = _kind(evidence)
    if kind == "tf-dataset":
        return pattern.fixes.get(kind)
    return pattern.fixes.get("item") if _is_of_items(outcome, kind, evidence) else None


def _is_of_items(outcome: Outcome, kind: str, evidence: Evidence) -> bool:
    """Whether the target gives single items, or the line to blame is where one is made."""
    function = outcome.location.function if outcome.location is not None else None
    return kind in _ITEMS or (function or "").endswith("__getitem__") or evidence.batch_items == 1


def _kind(evidence: Evidence) -> str:
    driver = evidence.trial_set.driver
    return driver.kind if driver is not None else ""


def _line(outcome: Outcome, evidence: Evidence) -> str:
    """The source of the place to blame, to the end of its statement."""
    place = outcome.location
    if place is None:
        return ""
    folder = evidence.recording.working_directory
    sources = evidence.recording.sources
    text = sources.get(place.path) or sources.get(f"{folder.rstrip('/')}/{place.path}", "")
    return "\n".join(text.splitlines()[place.line - 1 : place.end_line or place.line])


def check_command(recording: Recording) -> str:
    """The command that tells whether a changed copy of the target yields the same batches.

    It has the arguments of the run as they were typed. What only a notebook defines has no changed copy to be compared
    with: it is audited again.
    """
    target = recording.request.target
    if is_of_notebook(target):
        return "run the changed cell, and %genaudit again"
    mark = next((trial.arguments for trial in recording.trials if trial.arguments is not None), None)
    if mark is not None and mark.kind == SCRIPT:
        return run_again(recording)
    if is_in_a_notebook(target):
        is_run = list(recording.request.command[:2]) == ["genaudit", "run"]
        options = data_options(recording.request.command)
        return run_again(recording) if is_run else to_paste(["genaudit", "run", target], options)
    words = ["genaudit", "compare", target, _changed(target), "--check-batches"]
    return to_paste(words, data_options(recording.request.command))


def run_again(recording: Recording) -> str:
    """The command that audits a script as it was audited.

    As a target of a gate or of Python, the script has its own arguments in the same text.
    """
    request = recording.request
    is_run = list(request.command[:2]) == ["genaudit", "run"]
    return to_paste(request.command[:2], request.command[2:]) if is_run else mask(f"genaudit run {request.target}")


def watch_it(recording: Recording) -> str:
    """The command that runs a script as it is, its training steps included."""
    request = recording.request
    words = list(request.command)
    if "--" not in words:
        # Where its own arguments are in the same text, they are written as they are typed.
        return mask(f"genaudit watch {request.target}")
    script = request.target.split(maxsplit=1) if request.target.startswith("-m ") else [request.target]
    return to_paste(["genaudit", "watch", *script], words[words.index("--") :])


def is_of_notebook(target: str) -> bool:
    """Whether a target is a cell, or something that a cell defines, of a notebook that runs: no command has it.

    Example:
        >>> is_of_notebook("In [3]:train_gen"), is_of_notebook("data:train_gen")
        (True, False)
    """
    return target.startswith("In [")


def is_in_a_notebook(target: str) -> bool:
    """Whether a target is something that the file of a notebook defines.

    Example:
        >>> is_in_a_notebook("a/train.ipynb:gen"), is_in_a_notebook("data.py:gen"), is_in_a_notebook("train.ipynb")
        (True, False, False)
    """
    return ".ipynb:" in target


def to_paste(words: Sequence[str], options: Sequence[str]) -> str:
    """A command as it is typed; an ellipsis at its end stands for options that are left out.

    These are a secret, one that is too long for anybody to have typed it, and the longest of more than a line of a
    report can hold.

    Example:
        >>> to_paste(["genaudit", "run", "a:b"], ["--arg", "x=glob:a b/*.png", "--arg", "batch_size=32"])
        "genaudit run a:b --arg 'x=glob:a b/*.png' --arg batch_size=32"
        >>> to_paste(["genaudit", "run", "a:b"], ["--arg", "token=abc123", "--items", "40"])
        'genaudit run a:b --items 40 …'
    """
    every = list(_pieces(options))
    kept = [piece for piece in every if _is_to_show(piece)]
    while kept and len(shlex.join([*words, *itertools.chain(*kept)])) > LONGEST_TO_PASTE:
        kept.remove(max(kept, key=lambda piece: len(shlex.join(piece))))
    whole = shlex.join([*words, *itertools.chain(*kept)])
    is_whole = len(kept) == len(every) and mask(whole) == whole and "\n" not in whole
    return whole if is_whole else f"{mask(whole)} …"


def _pieces(options: Sequence[str]) -> Iterator[list[str]]:
    """Options that say what the data is, each with its value; every other word alone."""
    words = iter(options)
    for word in words:
        yield [word, *itertools.islice(words, 1)] if word in _SHARED else [word]


def _is_to_show(piece: Sequence[str]) -> bool:
    text = shlex.join(piece)
    return max(map(len, piece)) <= LONGEST_ARGUMENT and "\n" not in text and mask(text) == text


def on_a_line(words: Sequence[str], options: Sequence[str]) -> str:
    """A command, without its options where these are long or hold what looks like a secret.

    Example:
        >>> on_a_line(["genaudit", "run", "a:b"], ["--items", "40"])
        'genaudit run a:b --items 40'
        >>> on_a_line(["genaudit", "run", "a:b"], ["--arg", "token=abc123"])
        'genaudit run a:b …'
    """
    whole = shlex.join([*words, *options])
    if len(whole) <= LONGEST and "\n" not in whole and mask(whole) == whole:
        return whole
    return f"{mask(shlex.join(words))} …"


def _changed(target: str) -> str:
    """What a changed copy may be called.

    Example:
        >>> _changed("data:train_gen"), _changed("a/data.py:Loader(8).flow"), _changed("data")
        ('data_new:train_gen', 'a/data_new.py:Loader(8).flow', 'data_new')
    """
    head, suffix, rest = target.partition(".py:")
    if not suffix:
        head, suffix, rest = target.partition(":")
    return f"{head}_new{suffix}{rest}"


def data_options(command: Sequence[str]) -> list[str]:
    """The options of a command that say what the data is."""
    kept: list[str] = []
    for at, word in enumerate(command):
        name, equals, _ = word.partition("=")
        if name in _SHARED:
            kept += [word] if equals else [word, *command[at + 1 : at + 2]]
    return kept
