"""What calls of libraries and built-ins give."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from genaudit.lint.flow import words
from genaudit.lint.flow.site import Call
from genaudit.lint.flow.values import (
    NO_FACTS,
    SMALL,
    UNKNOWN,
    Extent,
    Kind,
    Obj,
    Val,
    content_of,
    facts_of,
    narrowest,
)
from genaudit.lint.readers import IMAGE_OPENERS, LAZY, LISTERS, OPENERS, PIPELINES, READERS, Reader

if TYPE_CHECKING:
    from genaudit.lint.flow.machine import Frame, Machine

_SURE_LIBRARIES = ("numpy", "cv2", "torch", "PIL", "skimage", "tensorflow", "keras", "scipy", "torchvision")
_LOADED = Reader("image", True)
_TEXT = Reader("text", False)
_IMAGE = Reader("image", True)

_GATHER = frozenset(
    "array asarray asanyarray stack vstack hstack dstack concatenate concat cat column_stack row_stack".split()
)
_FRAME_BY_FRAME = frozenset(["cv2.VideoCapture", "imageio.get_reader", "decord.VideoReader", "wave.open"])
_ALLOCATE = frozenset("zeros empty ones full zeros_like empty_like ones_like full_like".split())
_PICK = frozenset("choice sample choices randint integers random_integers randrange islice next".split())
_SAME = frozenset(
    "sorted reversed list tuple set frozenset permutation natsorted tqdm trange shuffle iter progressbar deepcopy copy track".split()
)


def call_external(name: str, call: Call) -> Val:
    """The value of a call of something outside the run."""
    handler = EXACT.get(name)
    if handler is not None:
        return handler(call)
    reader = READERS.get(name)
    if reader is not None:
        return _read(call, reader)
    if name in LAZY:
        return _lazy(call)
    if name.startswith(PIPELINES) or name.startswith("tensorflow.compat.v1.data."):
        return _pipeline(call)
    return _by_last_name(name, call)


def _by_last_name(name: str, call: Call) -> Val:
    last = call.last
    library = name.split(".", 1)[0]
    if library in ("numpy", "torch", "pandas", "tensorflow", "cupy", "jax"):
        if last in _GATHER:
            return _gather(call)
        if last in _ALLOCATE:
            return _allocate(call)
    if last in _PICK:
        return _pick(call)
    if last in _SAME:
        return _same(call)
    if "Pool()" in name or "Executor()" in name or "Parallel()" in name:
        return _pool(last, call)
    return unknown_result(call, UNKNOWN)


# --- reading ------------------------------------------------------------------------------------------------------


def _read(call: Call, reader: Reader) -> Val:
    kwargs = call.kwargs
    mapped = kwargs.get("mmap_mode")
    if mapped is not None and mapped.const is not None:
        call.m.mark_path(call.arg(0, "file"))
        return Val(Kind.LAZY, call.arg(0, "file").extent)
    if any(name in kwargs and kwargs[name].const is not None for name in ("chunksize", "iterator")):
        call.m.mark_path(call.arg(0))
        return Val(Kind.LAZY, Extent.UNKNOWN)
    if any(
        name in kwargs and isinstance(kwargs[name].const, int) for name in ("nrows", "max_rows", "frames", "duration")
    ):
        return Val(Kind.SMALL, Extent.PART)
    path = call.args[0] if call.args else next(iter(kwargs.values()), UNKNOWN)
    if call.name.endswith("loads"):
        return Val(path.kind, path.extent, path.facts, sure=path.sure)
    return call.m.read(call.node, call.frame, reader, call.name, _path_of(path))


def _path_of(value: Val) -> Val:
    """The path's own extent; for text that is parsed, that of the text."""
    return value if value.kind is not Kind.CELL else content_of(value)


def _lazy(call: Call) -> Val:
    path = call.arg(0, "name")
    call.m.mark_path(path)
    if call.kwargs.get("preload") is not None and call.kwargs["preload"].const is True:
        return call.m.read(call.node, call.frame, _LOADED, call.name, path)
    if not call.m.in_start:
        call.m.event("handle", call.node, call.frame, detail=call.name)
        _forget_if_unkept(call)
    return Val(Kind.LAZY, Extent.ONE if call.name in _FRAME_BY_FRAME else path.extent)


def _forget_if_unkept(call: Call) -> None:
    """Only files of h5py are told: the others have no harm to show."""
    if call.name != "h5py.File":
        call.m.story.events.pop(("handle", id(call.node)), None)


def _open(call: Call) -> Val:
    mode = call.arg(1, "mode").const
    path = call.arg(0, "file")
    call.m.mark_path(path)
    if isinstance(mode, str) and set(mode) & set("wax"):
        return SMALL
    call.m.note_read()
    return Val(Kind.FILE, path.extent)


def _open_image(call: Call) -> Val:
    path = call.arg(0, "fp")
    loaded = call.m.read(call.node, call.frame, _IMAGE, call.name, path)
    if not call.m.in_start:
        call.m.event("handle", call.node, call.frame, detail="PIL.Image.open")
    return Val(Kind.IMAGE, loaded.extent, loaded.facts)


def _list_files(call: Call) -> Val:
    extent = narrowest(value.extent for value in call.args)
    return Val(Kind.SMALL, extent if extent.narrow else Extent.WHOLE)


def _join_path(call: Call) -> Val:
    for value in call.args:
        call.m.mark_path(value)
    return Val(Kind.SMALL, narrowest(value.extent for value in call.args))


# --- built-ins ----------------------------------------------------------------------------------------------------


def _consume(call: Call) -> Val:
    if not call.args:
        return call.m.new_cell(call.node, call.frame, "list")
    value = call.arg()
    if value.kind is Kind.DATA:
        return value
    return call.m.iteration.consume(call.m, value, call.frame, call.node)


def _dict(call: Call) -> Val:
    made = call.m.new_cell(call.node, call.frame, "dict")
    for name, value in call.kwargs.items():
        made.ref.add(value, name)
    if call.args:
        source = call.m.iteration.consume(call.m, call.arg(), call.frame, call.node)
        content = content_of(source)
        if content.kind is not Kind.SMALL:
            made.ref.add(content)
        made.ref.hoards |= source.ref.hoards if source.kind is Kind.CELL else set()
    return made


def _deque(call: Call) -> Val:
    made = call.m.new_cell(call.node, call.frame, "deque")
    limit = call.arg(1, "maxlen")
    made.ref.bounded = len(call.args) > 1 or ("maxlen" in call.kwargs and limit.const is not None)
    return made


def _default_dict(call: Call) -> Val:
    made = call.m.new_cell(call.node, call.frame, "dict")
    factory = call.arg()
    if factory.kind is Kind.EXTERNAL and factory.ref in ("list", "set"):
        inner = call.m.new_cell(call.node, call.frame, "list")
        made.ref.add(inner)
    return made


def _queue(call: Call) -> Val:
    made = call.m.new_cell(call.node, call.frame, "queue")
    size = call.arg(0, "maxsize")
    given = bool(call.args) or "maxsize" in call.kwargs
    made.ref.bounded = given and not (isinstance(size.const, int) and size.const <= 0)
    return made


def _length(call: Call) -> Val:
    value = call.arg()
    extent = value.ref.extent if value.kind is Kind.CELL and value.extent is Extent.UNKNOWN else value.extent
    return Val(Kind.SMALL, extent if extent is not Extent.ONE else Extent.PART)


def _range(call: Call) -> Val:
    stop = call.args[0] if len(call.args) == 1 else call.arg(1)
    start_narrow = len(call.args) > 1 and call.arg(0).extent.narrow
    extent = Extent.PART if isinstance(stop.const, int) or start_narrow else stop.extent
    return Val(Kind.SMALL, Extent.PART if extent is Extent.ONE else extent)


def _iterator(kind: str) -> Callable[[Call], Val]:
    def make(call: Call) -> Val:
        from genaudit.lint.flow.machine import Pending

        parts = list(call.args)
        if kind == "enumerate":
            parts = [Val(Kind.SMALL, Extent.UNKNOWN), *parts[:1]]
        extent = narrowest(part.extent for part in parts)
        name = "map" if kind == "map" else "zip"
        return Val(Kind.LAZY, extent, ref=Pending(name, call.node, call.frame, parts))

    return make


def _filter(call: Call) -> Val:
    return call.arg(1)


def _pick(call: Call) -> Val:
    value = call.arg()
    if value.kind is Kind.CELL:
        content = value.ref.content or SMALL
        several = call.last in ("sample", "choices", "islice") or len(call.args) > 1
        return content.with_(extent=Extent.PART if several else Extent.ONE, facts=content.facts | value.ref.hoards)
    if value.kind is Kind.LAZY and value.ref is not None and call.last in ("next", "islice"):
        element, _ = call.m.iteration.iterate(call.m, value, call.frame, call.node)
        return element.with_(extent=Extent.ONE)
    kind = Kind.UNKNOWN if value.kind in (Kind.EXTERNAL, Kind.LAZY, Kind.FUNCTION) else value.kind
    return Val(kind, Extent.PART, value.facts, ref=value.ref if value.kind is Kind.TUPLE else None)


def _same(call: Call) -> Val:
    value = call.arg()
    if value.kind is Kind.LAZY and call.last in ("sorted", "list", "tuple", "set"):
        return _consume(call)
    return value


def _gather(call: Call) -> Val:
    value = call.arg()
    if value.kind is Kind.LAZY and value.ref is None:
        return call.m.calls.read_lazy(call.m, value, call.frame, call.node)
    made = call.m.iteration.gathered(call.m, value, call.frame, call.node)
    # A dtype that was chosen is kept by a division.
    return made.with_(const="dtype") if "dtype" in call.kwargs or len(call.args) > 1 else made


def _allocate(call: Call) -> Val:
    value = call.arg()
    made = call.m.new_cell(call.node, call.frame, "array")
    shape = value.ref[0] if value.kind is Kind.TUPLE and value.ref else value
    made.ref.extent = shape.extent
    return made


def _np_append(call: Call) -> Val:
    parts = [content_of(value) for value in call.args[:2]]
    facts = NO_FACTS.union(*(part.facts for part in parts))
    kind = Kind.DATA if any(part.kind is Kind.DATA for part in parts) else Kind.SMALL
    return Val(kind, Extent.UNKNOWN, facts)


def _partial(call: Call) -> Val:
    value = call.arg()
    if value.kind is not Kind.FUNCTION:
        return value
    from genaudit.lint.flow.machine import Function

    old = value.ref
    new = Function(old.module, old.node, old.closure, old.this, old.name)
    new.owner = old.owner
    new.bound = (*old.bound, *call.args[1:])
    new.bound_names = {**old.bound_names, **call.kwargs}
    return Val(Kind.FUNCTION, ref=new)


def _first(call: Call) -> Val:
    return call.arg()


def _small(call: Call) -> Val:
    return Val(Kind.SMALL, call.extent)


def _string(call: Call) -> Val:
    value = call.arg()
    return Val(Kind.SMALL, value.extent, value.facts)


def _get_attribute(call: Call) -> Val:
    base, name = call.arg(), call.arg(1)
    if isinstance(name.const, str):
        from genaudit.lint.flow.expressions import attribute_of

        return attribute_of(call.m, base, name.const, call.frame, call.node)
    return UNKNOWN


def _thread(call: Call) -> Val:
    """A thread runs its target while batches are made."""
    target = call.kwargs.get("target", call.arg(1))
    given = call.kwargs.get("args")
    args = list(given.ref) if given is not None and given.kind is Kind.TUPLE else []
    if target.kind is Kind.FUNCTION:
        phase = call.m.phase
        call.m.phase = "thread"
        try:
            call.m.calls.call_value(call.m, target, args, {}, call.node, call.frame)
        finally:
            call.m.phase = phase
    return Val(Kind.EXTERNAL, ref=f"{call.name}()")


def _pool(last: str, call: Call) -> Val:
    from genaudit.lint.flow.machine import Pending

    if last in ("map", "starmap", "imap", "imap_unordered", "map_async"):
        pending = Val(
            Kind.LAZY, narrowest(v.extent for v in call.args[1:]), ref=Pending("map", call.node, call.frame, call.args)
        )
        eager = last in ("map", "starmap", "map_async") and "Executor()" not in call.name
        return call.m.iteration.consume(call.m, pending, call.frame, call.node) if eager else pending
    if last == "Parallel()" and call.args:
        return call.m.iteration.consume(call.m, call.arg(), call.frame, call.node)
    if last in ("submit", "apply_async", "apply") and call.args:
        return call.m.calls.call_value(call.m, call.arg(), call.args[1:], {}, call.node, call.frame)
    return UNKNOWN


def _pipeline(call: Call) -> Val:
    from genaudit.lint.flow.machine import Pipe

    if call.last in ("from_tensor_slices", "from_tensors", "zip", "from_generator"):
        for value in call.args:
            if content_of(value).kind is Kind.DATA:
                call.m.story.emitted |= facts_of(value)
            if value.kind is Kind.LAZY and isinstance(value.ref, Pipe):
                return value
    decoded = call.last in ("TFRecordDataset", "from_generator")
    return Val(Kind.LAZY, Extent.WHOLE, ref=Pipe(decoded=decoded))


def _folder_pipeline(call: Call) -> Val:
    from genaudit.lint.flow.machine import Pipe

    return Val(Kind.LAZY, Extent.WHOLE, ref=Pipe(decoded=True, batched=True))


def unknown_result(call: Call, callee: Val) -> Val:
    """The value of a call of which only the name is known."""
    last = call.last.removesuffix("()")
    if words.small_result(last):
        return Val(Kind.SMALL, call.extent)
    if words.reads(last):
        for value in call.values:
            call.m.mark_path(value.with_(facts=_weak(value)))
        call.m.note_read()
    if words.loads_item(last) and call.args:
        return call.m.read(call.node, call.frame, _LOADED, last, _path_of(call.arg()), sure=False)
    return _carried(call, callee)


def _weak(value: Val) -> frozenset:  # type: ignore[type-arg]
    return frozenset(fact for fact in facts_of(value) if not fact.strong)


def _carried(call: Call, callee: Val) -> Val:
    """Data in, data out; of anything else nothing is known."""
    facts = callee.facts
    data = None
    for value in call.values:
        inner = content_of(value)
        if inner.kind in (Kind.DATA, Kind.IMAGE):
            data = inner
            facts = facts | facts_of(value)
    if data is None:
        name = f"{call.name}()" if isinstance(call.node, ast.Call) and callee.kind is Kind.UNKNOWN else None
        kind = Kind.EXTERNAL if name and "." in call.name else Kind.UNKNOWN
        return Val(kind, call.extent, facts, ref=name if kind is Kind.EXTERNAL else None)
    extent = data.extent if data.extent is not Extent.UNKNOWN else call.extent
    sure = data.sure and call.name.startswith(_SURE_LIBRARIES)
    return Val(Kind.DATA, extent, facts, sure=sure)


def _super_object(call: Call) -> Val:
    return call.frame.this or UNKNOWN


def _names(handler: Callable[[Call], Val], names: str) -> dict[str, Callable[[Call], Val]]:
    return dict.fromkeys(names.split(), handler)


EXACT: dict[str, Callable[[Call], Val]] = {
    **_names(_open, " ".join(OPENERS)),
    **_names(_open_image, " ".join(IMAGE_OPENERS)),
    **_names(_list_files, " ".join(LISTERS)),
    **_names(
        _join_path, "os.path.join posixpath.join pathlib.Path Path pathlib.PurePath os.path.basename os.path.abspath"
    ),
    **_names(_consume, "list tuple set frozenset sorted"),
    **_names(_dict, "dict collections.OrderedDict OrderedDict"),
    **_names(_deque, "collections.deque deque"),
    **_names(_default_dict, "collections.defaultdict defaultdict"),
    **_names(
        _queue,
        "queue.Queue Queue.Queue Queue multiprocessing.Queue multiprocessing.JoinableQueue queue.LifoQueue queue.SimpleQueue "
        "torch.multiprocessing.Queue six.moves.queue.Queue queue.PriorityQueue asyncio.Queue",
    ),
    **_names(_length, "len"),
    **_names(_range, "range xrange numpy.arange six.moves.range"),
    **_names(_iterator("map"), "map itertools.imap itertools.starmap"),
    **_names(_iterator("zip"), "zip itertools.izip itertools.zip_longest six.moves.zip"),
    **_names(_iterator("enumerate"), "enumerate"),
    **_names(_filter, "filter itertools.ifilter"),
    **_names(
        _first,
        "itertools.cycle itertools.chain.from_iterable reversed iter tqdm.tqdm tqdm tqdm.auto.tqdm rich.progress.track "
        "tqdm.notebook.tqdm tqdm.tqdm_notebook joblib.delayed delayed dask.delayed numpy.random.permutation copy.deepcopy "
        "torch.utils.data.DataLoader torch.utils.data.dataloader.DataLoader torch.utils.data.TensorDataset "
        "torch.utils.data.dataset.TensorDataset torch.utils.data.Subset contextlib.closing tensorflow.convert_to_tensor",
    ),
    **_names(_np_append, "numpy.append numpy.insert"),
    **_names(_partial, "functools.partial partial"),
    **_names(_small, "len int float bool sum min max isinstance hasattr print hash id ord abs round any all type"),
    **_names(_string, "str repr"),
    **_names(_get_attribute, "getattr"),
    **_names(_thread, "threading.Thread Thread multiprocessing.Process Process"),
    **_names(
        _folder_pipeline,
        "tensorflow.keras.utils.image_dataset_from_directory keras.utils.image_dataset_from_directory "
        "tensorflow.keras.preprocessing.image_dataset_from_directory "
        "tensorflow.keras.utils.audio_dataset_from_directory",
    ),
    "super": _super_object,
}

__all__ = ["Obj", "call_external", "unknown_result"]
