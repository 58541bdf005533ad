"""Which kind of data ``--synth n=400`` makes: read from the target's source text, nothing is imported."""

import ast
import sys
from collections.abc import Iterable, Iterator
from importlib.machinery import PathFinder
from pathlib import Path

import msgspec

from genaudit.files import read_bytes
from genaudit.model.job import Job
from genaudit.recorder.script import is_script
from genaudit.recorder.synth.dataset import KINDS, kind_in
from genaudit.recorder.target import TargetSpec, parse_target
from genaudit.sourcetext import MOST_CHARACTERS, tree_of

_BY_CALL = {
    "read_csv": "csv", "scan_csv": "csv", "DictReader": "csv", "reader": "csv", "CsvDataset": "csv", "loadtxt": "csv",
    "genfromtxt": "csv", "make_csv_dataset": "csv",
    "read_parquet": "parquet", "scan_parquet": "parquet", "ParquetFile": "parquet", "read_table": "parquet",
    "File": "h5", "read_hdf": "h5", "HDFStore": "h5",
    "memmap": "npy", "open_memmap": "npy",
    "VideoCapture": "video", "read_video": "video", "VideoReader": "video",
    "TFRecordDataset": "tfrecord", "WebDataset": "shards", "DataPipeline": "shards", "WebLoader": "shards",
    "read_json": "jsonl", "json_lines": "jsonl",
    "TextLineDataset": "lines", "read_text": "lines",
    "imread": "images", "load_img": "images", "decode_jpeg": "images", "decode_image": "images",
    "decode_png": "images", "read_image": "images", "ImageFolder": "images", "image_dataset_from_directory": "images",
    "flow_from_directory": "images", "imdecode": "images",
}  # fmt: skip
"""Kinds of data by the last word of what reads them."""
_BY_CALL_IN = {
    ("wave", "open"): "wav", ("wavfile", "read"): "wav", ("sf", "read"): "wav", ("soundfile", "read"): "wav",
    ("librosa", "load"): "wav", ("torchaudio", "load"): "wav", ("audio", "decode_wav"): "wav",
    ("np", "load"): "npy", ("numpy", "load"): "npy", ("Image", "open"): "images", ("tarfile", "open"): "shards",
    ("PIL", "open"): "images",
}  # fmt: skip
"""The same by the last two words."""
_NOT_READERS = {"File": {"h5py"}, "reader": {"csv"}, "read_table": {"pq", "parquet"}, "read_text": {"bag", "db"}}
"""What must stand before a word that others use too."""
_BY_NAME = {
    "csv": "csv", "parquet": "parquet", "h5": "h5", "hdf5": "h5", "npy": "npy", "memmap": "npy", "jsonl": "jsonl",
    "ndjson": "jsonl", "tfrecord": "tfrecord", "tfrecords": "tfrecord", "shards": "shards", "shard": "shards",
    "wav": "wav", "wavs": "wav", "audio": "wav", "video": "video", "videos": "video", "corpus": "lines", "x": "arrays",
    "array": "arrays", "arrays": "arrays",
}  # fmt: skip
"""Kinds of data by words in the names of parameters."""
_ARRAY_TYPES = ("ndarray", "ArrayLike", "NDArray", "Tensor")
USUAL = "images"


class Choice(msgspec.Struct, frozen=True):
    """A kind of data, and why it was chosen."""

    kind: str
    reason: str


def with_kind(job: Job) -> tuple[Job, str]:
    """The job with the kind of its made data named, and a note of what was chosen where it was not.

    Raises:
        UsageError: The target cannot be understood.
    """
    if (
        not (job.synth or "").strip()
        or kind_in(job.synth or "") is not None
        or job.script is not None
        or is_script(job.target)
    ):
        return job, ""
    choice = choice_for(parse_target(job.target), [Path(folder) for folder in job.import_from or []])
    options = (job.synth or "").strip().lstrip(":")
    return (
        msgspec.structs.replace(job, synth=f"{choice.kind}:{options}"),
        f"--synth {job.synth} made {choice.kind}:{options}, {choice.reason}; another kind: "
        + ", ".join(f"{kind}:" for kind in KINDS if kind != choice.kind),
    )


def choice_for(target: TargetSpec, import_from: Iterable[Path] = ()) -> Choice:
    """The kind of data that a target reads, by its source text, its annotations and its parameters' names."""
    path = file_of(target, import_from)
    if path is None:
        return Choice(USUAL, "as the source of the target is not at hand")
    try:
        tree = tree_of(read_bytes(path, MOST_CHARACTERS).decode("utf-8-sig", errors="replace"))
    except OSError:
        tree = None
    node = None if tree is None else _definition(tree, target.qualname)
    if tree is None or node is None:
        return Choice(USUAL, f"as {target.qualname} is not defined in {path.name}")
    return _by_calls(tree, node, path) or _by_parameters(node) or Choice(USUAL, "as nothing in it says otherwise")


def file_of(target: TargetSpec, import_from: Iterable[Path] = ()) -> Path | None:
    """The file that a target is defined in, found without importing it."""
    if target.file is not None:
        return Path(target.file) if target.file.endswith(".py") else None
    folders = [*map(str, import_from), str(Path.cwd()), str(Path.cwd() / "src"), *sys.path]
    found = None
    name = ""
    for part in (target.module or "").split("."):
        name = f"{name}.{part}" if name else part
        try:
            found = PathFinder.find_spec(name, folders)
        except (ImportError, ValueError, AttributeError):
            return None
        if found is None:
            return None
        folders = list(found.submodule_search_locations or [])
    return Path(found.origin) if found is not None and found.origin and found.origin.endswith(".py") else None


def _definition(tree: ast.Module, qualname: str) -> ast.AST | None:
    """The function or class that a name leads to; of a method its class, whose constructor takes the data."""
    wanted = qualname.partition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == wanted:
            return node
    return None


def _by_calls(tree: ast.Module, node: ast.AST, path: Path) -> Choice | None:
    """What the target's own code calls, then what the functions and classes of its module call that it names."""
    defined = {
        each.name: each for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    named = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    for part in [node, *(defined[name] for name in named & set(defined) if defined[name] is not node)]:
        for call in _calls(part):
            kind = _kind_of(_words_of(call.func))
            if kind is not None:
                return Choice(kind, f"as {ast.unparse(call.func)}(…) in {path.name}:{call.lineno} reads that")
    return _by_lines(node, path)


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
    return iter(sorted(calls, key=lambda call: (call.lineno, call.col_offset)))


def _words_of(function: ast.expr) -> list[str]:
    words: list[str] = []
    while isinstance(function, ast.Attribute):
        words.append(function.attr)
        function = function.value
    if isinstance(function, ast.Name):
        words.append(function.id)
    return words[::-1]


def _kind_of(words: list[str]) -> str | None:
    if not words:
        return None
    before = _NOT_READERS.get(words[-1])
    if before is not None and (len(words) < 2 or words[-2] not in before):
        return None
    kind = _BY_CALL.get(words[-1])
    return kind or (_BY_CALL_IN.get((words[-2], words[-1])) if len(words) > 1 else None)


def _by_lines(node: ast.AST, path: Path) -> Choice | None:
    """A file that is opened as text: lines, of JSON where each is parsed."""
    calls = list(_calls(node))
    opened = next((call for call in calls if _words_of(call.func) == ["open"] and not _is_binary(call)), None)
    if opened is None:
        return None
    where = f"in {path.name}:{opened.lineno} opens a text"
    if any(_words_of(call.func)[-2:] == ["json", "loads"] for call in calls):
        return Choice("jsonl", f"as open(…) {where} of JSON")
    return Choice("lines", f"as open(…) {where}")


def _is_binary(call: ast.Call) -> bool:
    modes = [*call.args[1:2], *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]
    return any(isinstance(mode, ast.Constant) and "b" in str(mode.value) for mode in modes)


def _by_parameters(node: ast.AST) -> Choice | None:
    """What annotations say, and what parameters are called."""
    arguments = _arguments(node)
    for argument in arguments:
        annotation = ast.unparse(argument.annotation) if argument.annotation is not None else ""
        if any(name in annotation for name in _ARRAY_TYPES) and argument.arg not in {"y", "labels", "targets"}:
            return Choice("arrays", f"as {argument.arg}: {annotation} takes that")
    for argument in arguments:
        for word in argument.arg.lower().split("_"):
            if word in _BY_NAME:
                return Choice(_BY_NAME[word], f"as a parameter is called {argument.arg}")
    return None


def _arguments(node: ast.AST) -> list[ast.arg]:
    if isinstance(node, ast.ClassDef):
        methods = [each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"]
        return _arguments(methods[0])[1:] if methods else []
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
