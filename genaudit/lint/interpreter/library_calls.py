"""Calls of libraries and built-ins: which handler knows which name, and what a name alone says."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from genaudit.lint.interpreter import builtin_calls, frameworks, name_hints, reading
from genaudit.lint.interpreter.frames import Call
from genaudit.lint.interpreter.values import (
    NO_ORIGINS,
    UNKNOWN,
    AbstractValue,
    Extent,
    Kind,
    Origin,
    content_of,
    origins_of,
)
from genaudit.lint.readers import IMAGE_OPENERS, LAZY, LISTERS, OPENERS, PIPELINES, READERS, Reader

if TYPE_CHECKING:
    from genaudit.lint.interpreter.machine import Machine


_GATHER = frozenset(
    "array asarray asanyarray stack vstack hstack dstack concatenate concat cat column_stack row_stack".split()
)
_LAZY_JOINS = frozenset(
    "xarray.concat xarray.merge xarray.combine_by_coords xarray.combine_nested dask.array.concatenate "
    "dask.array.stack".split()
)
_ALLOCATE = frozenset("zeros empty ones full zeros_like empty_like ones_like full_like ndarray".split())
_PICK = frozenset("choice sample choices randint integers random_integers randrange islice next".split())
_SAME = frozenset(
    "sorted reversed list tuple set frozenset permutation natsorted tqdm trange shuffle "
    " iter progressbar deepcopy copy track".split()
)


def call_external(machine: Machine, call: Call) -> AbstractValue:
    """The value of a call of something outside the run."""
    name = call.name
    handler = EXACT.get(name)
    if handler is not None:
        return handler(call)
    reader = READERS.get(name)
    if reader is not None:
        return reading.read(call, reader)
    if name in LAZY:
        return reading.lazy(call)
    if name in _LAZY_JOINS:
        return reading.joined_lazily(call)
    if name.startswith(PIPELINES):
        return frameworks.pipeline(call)
    if name.startswith("apache_beam."):
        step = frameworks.beam(call)
        if step is not None:
            return step
    return _by_last_name(call)


def _by_last_name(call: Call) -> AbstractValue:
    name, last = call.name, call.last
    library = name.split(".", 1)[0]
    named = _BY_LAST_NAME.get(last)
    if named is not None:
        return named(call)
    if last == "open" and name_hints.opens_files(name) and call.args:
        return reading.open_file(call)
    if _only_opens(library, last, call):
        return reading.lazy(call)
    array = _array(call) if library in ("numpy", "torch", "pandas", "tensorflow", "cupy", "jax") else None
    if array is not None:
        return array
    if last in _PICK:
        return builtin_calls.pick(call)
    if last in _SAME:
        return builtin_calls.same(call)
    if "Pool()" in name or "Executor()" in name or "Parallel()" in name:
        return frameworks.pool(last, call)
    return call_by_name(call.machine, call, UNKNOWN)


def _array(call: Call) -> AbstractValue | None:
    """An array that a library of arrays gathers, allocates or makes up; ``None`` where it does something else."""
    if call.last in _GATHER:
        return builtin_calls.gather(call)
    return builtin_calls.allocate(call) if call.last in _ALLOCATE else builtin_calls.made_up(call)


_BY_LAST_NAME: dict[str, Callable[[Call], AbstractValue]] = {
    "Path": reading.join_path,
    "PurePath": reading.join_path,
    "SplitGenerator": frameworks.split,
    "fetchall": reading.rows,
}


def _only_opens(library: str, last: str, call: Call) -> bool:
    """Whether a library's call reads nothing yet."""
    if library == "mne" and last.startswith("read_"):
        return call.kwargs.get("preload", UNKNOWN).const is not True
    return (library == "dask" and last != "compute") or (last == "open" and library != call.name and bool(call.args))


def _names(handler: Callable[[Call], AbstractValue], names: str) -> dict[str, Callable[[Call], AbstractValue]]:
    return dict.fromkeys(names.split(), handler)


EXACT: dict[str, Callable[[Call], AbstractValue]] = {
    **_names(reading.open_file, " ".join(OPENERS)),
    **_names(reading.open_image, " ".join(IMAGE_OPENERS)),
    **_names(reading.rows_of_csv, "csv.reader csv.DictReader unicodecsv.reader"),
    **_names(reading.list_files, " ".join(LISTERS)),
    **_names(
        reading.join_path,
        "os.path.join posixpath.join pathlib.Path Path pathlib.PurePath os.path.basename os.path.abspath",
    ),
    **_names(builtin_calls.consume, "list tuple frozenset sorted"),
    **_names(builtin_calls.make_set, "set"),
    **_names(builtin_calls.make_dict, "dict collections.OrderedDict OrderedDict"),
    **_names(builtin_calls.deque, "collections.deque deque"),
    **_names(builtin_calls.default_dict, "collections.defaultdict defaultdict"),
    **_names(
        builtin_calls.queue,
        "queue.Queue Queue.Queue Queue multiprocessing.Queue multiprocessing.JoinableQueue queue.LifoQueue "
        "queue.SimpleQueue torch.multiprocessing.Queue six.moves.queue.Queue queue.PriorityQueue asyncio.Queue",
    ),
    **_names(builtin_calls.length, "len"),
    **_names(builtin_calls.make_range, "range xrange numpy.arange six.moves.range"),
    **_names(builtin_calls.iterator("map"), "map itertools.imap itertools.starmap"),
    **_names(builtin_calls.iterator("zip"), "zip itertools.izip itertools.zip_longest six.moves.zip"),
    **_names(builtin_calls.iterator("enumerate"), "enumerate"),
    **_names(builtin_calls.filtered, "filter itertools.ifilter"),
    **_names(
        builtin_calls.first,
        "itertools.cycle itertools.chain.from_iterable reversed iter tqdm.tqdm tqdm tqdm.auto.tqdm rich.progress.track "
        "tqdm.notebook.tqdm tqdm.tqdm_notebook joblib.delayed delayed numpy.random.permutation "
        "copy.deepcopy torch.utils.data.DataLoader torch.utils.data.dataloader.DataLoader "
        "torch.utils.data.TensorDataset torch.utils.data.dataset.TensorDataset torch.utils.data.Subset "
        "contextlib.closing tensorflow.convert_to_tensor",
    ),
    **_names(builtin_calls.np_append, "numpy.append numpy.insert"),
    **_names(builtin_calls.partial, "functools.partial partial"),
    **_names(
        builtin_calls.small,
        "bool min max isinstance hasattr print hash id any all type",
    ),
    **_names(builtin_calls.number, "int float ord abs round eval ast.literal_eval"),
    **_names(builtin_calls.total, "sum"),
    **_names(builtin_calls.reduced, "functools.reduce reduce"),
    **_names(reading.pages, "PIL.ImageSequence.Iterator PIL.ImageSequence.all_frames"),
    **_names(builtin_calls.string, "str repr"),
    **_names(builtin_calls.get_attribute, "getattr"),
    **_names(builtin_calls.set_attribute, "setattr"),
    **_names(frameworks.thread, "threading.Thread Thread multiprocessing.Process Process"),
    **_names(
        frameworks.folder_pipeline,
        "tensorflow.keras.utils.image_dataset_from_directory keras.utils.image_dataset_from_directory "
        "tensorflow.keras.preprocessing.image_dataset_from_directory "
        "tensorflow.keras.utils.audio_dataset_from_directory",
    ),
    **_names(
        frameworks.symbol,
        "tensorflow.train.slice_input_producer tensorflow.train.string_input_producer tensorflow.train.batch "
        "tensorflow.train.shuffle_batch tensorflow.train.range_input_producer tensorflow.train.batch_join "
        "tensorflow.placeholder",
    ),
    "super": builtin_calls.super_object,
}


_SURE_LIBRARIES = (
    *("numpy", "cv2", "torch", "PIL", "skimage", "tensorflow", "keras", "scipy", "torchvision", "SimpleITK"),
    *("librosa", "torchaudio", "pandas"),
)
_LOADED = Reader("image", True)
_BY_VERB = Reader("library", False)


def call_by_name(machine: Machine, call: Call, callee: AbstractValue) -> AbstractValue:
    """The value of a call of which only the name is known."""
    last = call.last.removesuffix("()")
    if name_hints.encodes(last):
        for value in call.values:
            call.machine.mark_encoded(value)
    if name_hints.small_result(last):
        origins = NO_ORIGINS.union(*(value.origins for value in call.args)) if last in ("find", "index") else NO_ORIGINS
        return AbstractValue(Kind.SMALL, call.extent, origins)
    if name_hints.reads(last):
        for value in call.values:
            call.machine.mark_path(value.with_(origins=_weak(value)))
        call.machine.note_read()
    if name_hints.loads_item(last) and call.args and not _decoded(call.args[0]):
        return call.machine.read(call.node, call.frame, _LOADED, last, reading.path_of(call.arg()), sure=False)
    if _reads_by_library(call, callee):
        if last == "parse":
            # Parsers of the sciences hand out one record after the other.
            return AbstractValue(Kind.FILE, call.arg().extent)
        return call.machine.read(call.node, call.frame, _BY_VERB, call.name, reading.path_of(call.arg()), sure=False)
    return _carried(call, callee)


def _extent_of_place(call: Call) -> Extent:
    """As much as is asked for: a file that is fetched or found by its name is the file that the name says."""
    extent = call.extent
    if extent is Extent.UNKNOWN and call.values and name_hints.locates(call.last.removesuffix("()")):
        return call.values[0].extent
    return extent


def _reads_by_library(call: Call, callee: AbstractValue) -> bool:
    """Whether a library that is imported reads what its first argument names, as far as its name tells."""
    if not call.args or callee is not UNKNOWN or "()" in call.name or "." not in call.name:
        return False
    library = call.name.partition(".")[0]
    known = library in call.frame.module.imports.values() or any(
        full.partition(".")[0] == library for full in call.frame.module.imports.values()
    )
    kinds = {content_of(value).kind for value in call.args}
    return known and Kind.DATA not in kinds and name_hints.reads_with(call.name)


def _decoded(value: AbstractValue) -> bool:
    """Whether a value is decoded content already: a call on it converts, whatever its name says."""
    return content_of(value).kind is Kind.DATA and any(origin.strong for origin in origins_of(value))


def _weak(value: AbstractValue) -> frozenset[Origin]:
    return frozenset(origin for origin in origins_of(value) if not origin.strong)


def _carried(call: Call, callee: AbstractValue) -> AbstractValue:
    """Data in, data out; of anything else nothing is known."""
    origins = callee.origins
    data = None
    for value in call.values:
        inner = content_of(value)
        if inner.kind in (Kind.DATA, Kind.IMAGE):
            data = inner
            if inner.kind is Kind.IMAGE:
                call.machine.mark_decoded(inner)
            origins = origins | origins_of(value)
    if data is None:
        name = f"{call.name}()" if isinstance(call.node, ast.Call) and callee.kind is Kind.UNKNOWN else None
        kind = Kind.EXTERNAL if name and "." in call.name else Kind.UNKNOWN
        return AbstractValue(kind, _extent_of_place(call), origins, ref=name if kind is Kind.EXTERNAL else None)
    extent = data.extent if data.extent is not Extent.UNKNOWN else call.extent
    sure = data.sure and call.name.startswith(_SURE_LIBRARIES)
    return AbstractValue(Kind.DATA, extent, origins, sure=sure)
