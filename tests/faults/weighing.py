"""Measuring calls no code of the user's: not to weigh a batch, to count it, to compare it, to describe it."""

import array
import collections
import dataclasses
import datetime as dt
import decimal
import enum
import io
import mmap
import pathlib
import types
import unittest.mock
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from genaudit.recorder.child.batch.content import Walk, rows_of
from genaudit.recorder.child.batch.size import counts_items, integers_of, size_of
from genaudit.recorder.child.dataset import find
from genaudit.recorder.child.drivers import DRIVERS
from genaudit.recorder.child.guard.describe import type_text, value_text
from tests.faults.matrix import Place, faults
from tests.recorder.child.retention.walking import walk

X = np.zeros((8, 4, 4, 3), np.uint8)
CALLED: list[str] = []
"""What of a hostile class was called."""


class Called(BaseException):
    """Raised by everything that must not be called; nothing that catches exceptions may hide it."""


def loud(name: str) -> Callable[..., Any]:
    def method(*_: Any, **__: Any) -> Any:
        CALLED.append(name)
        raise Called(name)

    return method


ATTRIBUTES = ("shape", "nbytes", "dtype", "data", "base", "size", "ndim", "values", "items", "keys", "tolist", "numpy",
              "iloc", "columns", "_fields", "data_ptr", "is_nested", "gi_frame", "itemsize", "strides")  # fmt: skip
DUNDERS = ("len", "iter", "next", "getitem", "contains", "bool", "hash", "eq", "ne", "lt", "repr", "str", "format",
           "bytes", "sizeof", "getattr", "getattribute", "call", "array", "index", "int", "float", "length_hint",
           "fspath", "buffer", "reduce_ex", "dir", "copy", "array_finalize", "array_function", "array_ufunc",
           "instancecheck", "subclasscheck", "del")  # fmt: skip
LOUD_BODY = {
    **{f"__{name}__": loud(name) for name in DUNDERS if name != "del"},
    **{name: property(loud(name)) for name in (*ATTRIBUTES, "__class__", "__array_interface__", "__array_struct__")},
}


def hostile(*bases: type, **more: Any) -> type:
    """A class whose every method and property is loud, on top of some bases."""
    return type("Hostile", bases, {**LOUD_BODY, **more})


class HostileText(str):
    """A text that does not compare, slice or print."""

    __eq__ = loud("text eq")
    __hash__ = str.__hash__
    __str__ = loud("text str")
    __repr__ = loud("text repr")
    partition = loud("text partition")


class LoudMeta(type):
    """A class of classes that answers nothing."""

    __getattribute__ = loud("meta getattribute")
    __instancecheck__ = loud("meta instancecheck")
    __subclasscheck__ = loud("meta subclasscheck")
    __hash__ = loud("meta hash")
    __eq__ = loud("meta eq")
    __repr__ = loud("meta repr")
    __len__ = loud("meta len")
    __iter__ = loud("meta iter")
    __bool__ = loud("meta bool")


def of_metaclass(*bases: type, **body: Any) -> Any:
    return type.__call__(LoudMeta, "Meta", bases, body)


def with_odd_order() -> Any:
    class Odd(type):
        def mro(cls) -> Any:
            return [cls, dict, object]

    kind: Any = Odd("OddOrder", (dict,), {"values": loud("values")})
    return kind(x=X)


def of_class(name: str, value: Any) -> Any:
    """An object of a class that has something odd under a name that Python itself writes."""
    kind = type("Odd", (), {name: value})
    found = kind()
    if not isinstance(value, property) and name != "__dict__":
        object.__setattr__(found, "x", X)
    return found


def with_slots_property() -> Any:
    kind: Any = type("Odd", (), {})
    kind.__slots__ = property(loud("slots"))
    found = kind()
    found.x = X
    return found


def wrapped(name: str) -> Any:
    """A proxy of wrapt, which loads what it stands for when it is asked for anything; an own one without wrapt."""
    try:
        import wrapt
    except ImportError:
        return OwnProxy()
    kind = getattr(wrapt, name, None)
    return OwnProxy() if kind is None else kind(loud("proxy resolved"))


class OwnProxy:
    """What a lazy proxy is made like."""

    __slots__ = ("_load",)

    def __init__(self) -> None:
        self._load = loud("proxy resolved")

    @property
    def __class__(self) -> Any:
        return self._load()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._load(), name)


class Own:
    """With slots that are filled, one that is not, and a descriptor that computes."""

    __slots__ = ("empty", "x")
    computed = property(loud("computed"))

    def __init__(self) -> None:
        self.x = X


@dataclasses.dataclass
class Sample:
    image: Any
    label: int = 0
    __hash__ = loud("hash")  # type: ignore[assignment]
    __eq__ = loud("eq")  # type: ignore[assignment]
    __repr__ = loud("repr")
    text = property(loud("text"))


class Pair(collections.namedtuple("Pair", "x y")):
    __len__ = loud("len")
    __iter__ = loud("iter")
    __getitem__ = loud("getitem")
    total = property(loud("total"))


class LikeZarr:
    """An array that reads a file when it is asked for anything."""

    shape = property(loud("shape"))
    dtype = property(loud("dtype"))
    nbytes = property(loud("nbytes"))
    __getitem__ = loud("getitem")
    __len__ = loud("len")
    __array__ = loud("array")


class Look:
    """Says that it is numpy's."""

    __module__ = "numpy"
    __qualname__ = "ndarray"
    shape = property(loud("shape"))
    nbytes = property(loud("nbytes"))


def array_of(kind: type) -> Any:
    return np.zeros((8, 3)).view(kind)


class Attached(np.ndarray):
    """Its finalizer was called when it was made, and must not be again."""

    __getitem__ = loud("getitem")
    __len__ = loud("len")
    shape = property(loud("shape"))  # type: ignore[assignment]
    nbytes = property(loud("nbytes"))  # type: ignore[assignment]
    dtype = property(loud("dtype"))  # type: ignore[assignment]
    base = property(loud("base"))  # type: ignore[assignment]
    item = loud("item")
    view = loud("view")
    tobytes = loud("tobytes")
    tolist = loud("tolist")
    quiet = True

    def __array_finalize__(self, _: Any) -> None:
        if not Attached.quiet:
            loud("array_finalize")()


def attached() -> Any:
    Attached.quiet = True
    found = np.zeros((8, 3)).view(Attached)
    Attached.quiet = False
    return found


def with_values(kind: type, *values: Any) -> Any:
    """An instance of a built-in class's hostile subclass, made without its own code."""
    base = next(base for base in type.__dict__["__mro__"].__get__(kind)[1:] if base.__module__ == "builtins")
    made = base.__new__(kind, *values)  # type: ignore[call-overload]
    if base in {list, dict, set, bytearray}:
        base.__init__(made, *values)  # type: ignore[misc]
    return made


class LoudFrame(pd.DataFrame):
    __len__ = loud("len")
    __getitem__ = loud("getitem")
    shape = property(loud("shape"))  # type: ignore[assignment]
    index = property(loud("index"))  # type: ignore[assignment]
    columns = property(loud("columns"))  # type: ignore[assignment]
    iloc = property(loud("iloc"))  # type: ignore[assignment]
    _constructor = property(loud("constructor"))  # type: ignore[assignment]


class LoudImage(Image.Image):
    size = property(loud("size"))  # type: ignore[assignment]
    mode = property(loud("mode"))  # type: ignore[assignment]
    tobytes = loud("tobytes")
    load = loud("load")


def image() -> Any:
    made = LoudImage.__new__(LoudImage)
    object.__getattribute__(made, "__dict__")["_im"] = Image.new("RGB", (4, 3)).im
    return made


class LoudPath(pathlib.PurePosixPath):
    __fspath__ = loud("fspath")
    __str__ = loud("str")


class Colour(enum.Enum):
    RED = 1
    __repr__ = loud("repr")
    __hash__ = loud("hash")
    __str__ = loud("str")


def released() -> Any:
    view = memoryview(bytearray(8))
    view.release()
    return view


def closed_map() -> Any:
    found = mmap.mmap(-1, 4096)
    found.close()
    return found


def hostile_objects() -> Any:
    found = np.empty(2, object)
    found[0] = hostile()()
    return found


def circular() -> Any:
    found = with_values(hostile(list), [X])
    list.append(found, found)
    return found


def dead_proxy() -> Any:
    held = hostile()()
    return weakref.proxy(held)


ANY = object()
KEPT: list[Any] = []


def kept_proxy(held: Any) -> Any:
    KEPT.append(held)
    return weakref.proxy(held)


CLASSES: dict[str, tuple[Callable[[], Any], Any, Any]] = {
    # A batch, and its bytes and items.
    "every method of a class": (lambda: hostile()(), None, None),
    "a dict whose values load": (lambda: with_values(hostile(dict), {"x": X}), 384, 8),
    "an ordered dict": (lambda: hostile(collections.OrderedDict)(), ANY, ANY),
    "a default dict that makes": (lambda: collections.defaultdict(loud("missing"), {"x": X}), 384, 8),
    "a list": (lambda: with_values(hostile(list), [X, X]), 384, 2),
    "a tuple": (lambda: with_values(hostile(tuple), (X, X)), 384, 8),
    "a set": (lambda: with_values(hostile(set), {1, 2}), ANY, ANY),
    "a frozen set": (lambda: with_values(hostile(frozenset), {1, 2}), ANY, ANY),
    "a deque": (lambda: hostile(collections.deque)(), ANY, ANY),
    "a text": (lambda: with_values(hostile(str), "abc"), ANY, 1),
    "bytes": (lambda: with_values(hostile(bytes), b"abc"), ANY, 1),
    "a byte array": (lambda: with_values(hostile(bytearray), b"abc"), ANY, 1),
    "an integer": (lambda: with_values(hostile(int), 5), ANY, 1),
    "a float": (lambda: with_values(hostile(float), 5.0), ANY, 1),
    "a complex number": (lambda: with_values(hostile(complex), 5.0), ANY, 1),
    "a list in a hostile dict in a tuple": (lambda: (with_values(hostile(dict), {"x": [X]}), X), 384, ANY),
    "a list that holds itself": (circular, 384, 2),
    "a named tuple with properties": (lambda: tuple.__new__(Pair, (X, X)), 384, 8),
    "a data class": (lambda: Sample(X), 384, ANY),
    "twenty data classes": (lambda: [Sample(X) for _ in range(20)], 384, 20),
    "slots and descriptors": (Own, 384, ANY),
    "a property under __dict__": (lambda: of_class("__dict__", property(loud("dict"))), None, None),
    "a property under __slots__": (with_slots_property, 384, 8),
    "a module that is a number": (lambda: of_class("__module__", 5), 384, 8),
    "a module that is a property": (lambda: of_class("__module__", property(loud("module"))), ANY, ANY),
    "a module that is a hostile text": (lambda: of_class("__module__", HostileText("numpy")), 384, 8),
    "a module that is None": (lambda: of_class("__module__", None), 384, 8),
    "a class that says it is numpy's": (Look, None, None),
    "a class property that says it is an array": (
        lambda: type("Liar", (), {"__class__": property(lambda _: np.ndarray)})(), None, None,
    ),
    "a metaclass that answers nothing": (lambda: object.__new__(of_metaclass()), None, None),
    "a dict of a metaclass that answers nothing": (lambda: dict.__new__(of_metaclass(dict)), ANY, ANY),
    "an order of bases of its own": (with_odd_order, 384, 8),
    "a lazy proxy": (lambda: wrapped("LazyObjectProxy"), None, None),
    "a proxy of wrapt": (lambda: wrapped("ObjectProxy"), None, None),
    "a proxy by hand": (OwnProxy, None, None),
    "a list of lazy proxies": (lambda: [wrapped("LazyObjectProxy") for _ in range(8)], None, 8),
    "a lazy proxy beside an array": (lambda: (X, wrapped("LazyObjectProxy")), 384, 8),
    "a weak proxy": (lambda: kept_proxy(hostile()()), None, None),
    "a weak proxy to nothing": (dead_proxy, None, None),
    "a mock": (lambda: unittest.mock.Mock(), ANY, ANY),
    "a magic mock": (lambda: unittest.mock.MagicMock(), ANY, ANY),
    "a mock of an array": (lambda: unittest.mock.MagicMock(spec=np.ndarray), ANY, ANY),
    "an array that reads a file": (LikeZarr, None, None),
    "such arrays in a list": (lambda: [LikeZarr()] * 4, None, 4),
    "an array with a finalizer": (attached, 192, 8),
    "two of them in a tuple": (lambda: (attached(), attached()), 384, 8),
    "a masked array's subclass": (lambda: np.ma.zeros(4).view(type("M", (np.ma.MaskedArray,), {})), ANY, 4),
    "an array of hostile objects": (hostile_objects, ANY, 2),
    "a frame": (lambda: LoudFrame({"a": np.zeros(100)}), 800, 100),
    "an image": (image, 36, 1),
    "a path": (lambda: LoudPath("a"), ANY, None),
    "a member of an enumeration": (lambda: Colour.RED, ANY, ANY),
    "a number of decimals": (lambda: hostile(decimal.Decimal).__mro__[1]("1.5"), ANY, ANY),
    "a date": (lambda: dt.datetime.__new__(hostile(dt.datetime), 2020, 1, 1), ANY, ANY),
    "a time zone": (lambda: dt.datetime(2020, 1, 1, tzinfo=hostile(dt.tzinfo)()), ANY, ANY),
    "an array of the standard library": (lambda: array.array.__new__(hostile(array.array), "d", [1.0]), 8, ANY),
    "a view that was released": (released, ANY, ANY),
    "a mapped file that was closed": (closed_map, ANY, ANY),
    "an open file": (lambda: io.BytesIO(b"abc"), None, None),
    "a module with a __getattr__": (lambda: module(), None, ANY),
    "a class as a batch": (lambda: of_metaclass(), None, None),
    "an exception": (lambda: hostile(ValueError)(), ANY, ANY),
    "a function": (lambda: loud("function"), None, None),
    "keys of a hostile class": (lambda: with_keys(), ANY, ANY),
}  # fmt: skip


def module() -> Any:
    found = types.ModuleType("found")
    found.__getattr__ = loud("getattr")  # type: ignore[method-assign]
    return found


def with_keys() -> Any:
    """A dict whose key became hostile after it was put there."""
    key_class = type("Key", (), {"__repr__": loud("repr"), "__str__": loud("str")})
    return {key_class(): X}


@faults(CLASSES, processes=False)
def nothing_of_a_batch_is_called(_place: Place, case: tuple[Callable[[], Any], Any, Any]) -> None:
    """It is weighed, counted, compared and described by what it stores."""
    make, n_bytes, n_items = case
    batch = make()
    CALLED.clear()
    try:
        found = size_of(batch)
        counts_items(batch, 8, integers_of({"a": batch}, batch))
        Walk().put("", batch)
        rows_of(batch)
        value_text(batch)
        type_text(batch)
    finally:
        called = list(CALLED)
    assert called == []
    assert n_bytes is ANY or found[0] == n_bytes, found
    assert n_items is ANY or found[1] == n_items, found


@faults([name for name in CLASSES if name not in {"a path", "a frame"}], processes=False)
def nothing_of_an_argument_is_called(_place: Place, name: str) -> None:
    """The search for the data set and for a driver goes by real types."""
    value = CLASSES[name][0]()
    CALLED.clear()
    find.kind_of(value)
    for driver in DRIVERS:
        driver.fits(value)

    assert CALLED == []


@faults(
    {
        "torch: a tensor with __torch_function__": "function",
        "torch: a tensor with __torch_dispatch__": "dispatch",
        "torch: a mode that is on": "mode",
    },
    processes=False,
)
def nothing_of_a_tensor_is_called(_place: Place, case: str) -> None:
    """torch tells subclasses and modes of every attribute that is read; it is kept from it."""
    try:
        import torch
        from torch.overrides import TorchFunctionMode
    except ImportError:
        return
    told = loud("told")
    body = {"shape": property(told), "data_ptr": told, "stride": told, "__len__": told, "__repr__": told}
    if case != "mode":
        body[f"__torch_{case}__"] = classmethod(told)
    mode = type("Mode", (TorchFunctionMode,), {"__torch_function__": told})
    plain = torch.zeros(8, 4)
    kind: Any = type("Told", (torch.Tensor,), body)
    batch = plain if case == "mode" else torch.Tensor._make_subclass(kind, plain)
    CALLED.clear()
    if case == "mode":
        mode().__enter__()
    try:
        found = size_of((batch, batch))
        Walk().put("", (batch, batch))
    finally:
        if case == "mode":
            torch._C._pop_torch_function_stack()  # type: ignore[attr-defined]

    assert CALLED == []
    assert found == ((None, None) if case == "dispatch" else (128, 8))


@faults({"a generator": 0, "an iterator": 1, "a map": 2, "a file": 3}, processes=False)
def what_iterates_is_not_advanced(_place: Place, which: int) -> None:
    """What lies in a batch belongs to the one who pulls it."""
    inner: Any = [(n for n in [1, 2]), iter([1, 2]), map(int, [1, 2]), io.StringIO("1\n2\n")][which]
    for batch in (inner, [inner], {"a": (inner,)}):
        size_of(batch)
        Walk().put("", batch)
        counts_items(batch, 1, integers_of(batch))

    assert int(next(inner)) == 1


@faults(
    {
        "batches": lambda: X[:],
        "classes of batches": lambda: type("T", (), {"held": np.zeros(1000)})(),
        "classes with a metaclass": lambda: object.__new__(of_metaclass(held=np.zeros(1000))),
        "subclasses of arrays": lambda: np.zeros(1000).view(type("A", (np.ndarray,), {})),
        "data classes": lambda: Sample(np.zeros(1000)),
    },
    processes=False,
)
def nothing_is_left_behind(_place: Place, make: Callable[[], Any]) -> None:
    """Neither a batch nor its class lives on because it was weighed."""
    kinds = []
    import gc

    for _ in range(50):
        batch = make()
        size_of(batch)
        counts_items(batch, 8, integers_of(batch))
        kinds.append(weakref.ref(type(batch)))
        alive = weakref.ref(batch) if not isinstance(batch, dict) else None
        del batch
    gc.collect()

    assert alive is None or alive() is None
    assert len({id(kind()) for kind in kinds if kind() is not None}) <= 1


@faults({"a hostile dict": dict, "a hostile list": list, "a hostile set": set}, processes=False)
def nothing_of_a_holder_is_called(_place: Place, base: type) -> None:
    """The walk that looks for who holds memory reads what is stored, in whatever class."""
    fill: dict[type, Any] = {dict: lambda held, n: dict.__setitem__(held, n, 1), list: list.append, set: set.add}
    kept = with_values(hostile(base))
    for number in range(8):
        fill[base](kept, number)
    CALLED.clear()
    found = walk(kept).fields

    assert CALLED == []
    assert any(node["kind"] == "source" and node.get("entries") == 8 for node in found["nodes"])


BATCH = "class Batch({bases}):\n{body}\n\n\ndef generate(n=8):\n    for i in range(n):\n        yield {make}\n"
METHODS = ("__len__", "__iter__", "__getitem__", "__bool__", "__hash__", "__eq__", "__repr__", "__sizeof__",
           "__getattribute__", "values", "keys", "items")  # fmt: skip


def source(does: str, bases: str = "", make: str = "Batch()", head: str = "", names: tuple[str, ...] = METHODS) -> str:
    """A target whose batches do something when any method of theirs is called."""
    body = "\n".join(f"    def {name}(self, *a): {does}" for name in names)
    body += "\n" + "\n".join(f"    {name} = property(lambda self: does())" for name in ("shape", "nbytes", "__class__"))
    head = f"import os, sys, time\n{head}\nKEPT = []\n\n\ndef does(*a): {does}\n\n\n"
    return head + BATCH.format(bases=bases, body=body, make=make)


RAISE, LEAVE, SLEEP, EXIT = "raise ValueError", "os._exit(7)", "time.sleep(600)", "sys.exit(0)"
LEAK = "KEPT.append(bytearray(4 << 20)); return 1"


@faults(
    {
        "raises": source(RAISE),
        "ends the process": source(LEAVE),
        "sleeps for ever": source(SLEEP),
        "exits": source(EXIT),
        "leaks": source(LEAK),
        "a dict that raises": source(RAISE, "dict", "Batch(x=b'abc' * i)"),
        "a dict that ends the process": source(LEAVE, "dict", "Batch(x=b'abc' * i)"),
        "a dict that leaks": source(LEAK, "dict", "Batch(x=b'abc' * i)"),
        "a list that ends the process": source(LEAVE, "list", "Batch([b'abc' * i])"),
        "an array that ends the process": source(
            LEAVE, "np.ndarray", "np.zeros(5).view(Batch)", "import numpy as np", METHODS[:8]
        ),
        "a metaclass that ends the process": source(LEAVE)
        .replace(
            "class Batch():",
            "class Meta(type):\n    __instancecheck__ = __subclasscheck__ = __hash__ = __eq__ = does\n"
            "    def __getattribute__(c, name): does()\n\n\nclass Batch(metaclass=Meta):",
        )
        .replace("yield Batch()", "yield object.__new__(Batch)"),
        "a lazy proxy": (
            "def does(): import os; os._exit(7)\n\n\ntry:\n    from wrapt import LazyObjectProxy as Proxy\nexcept"
            " ImportError:\n    class Proxy:\n        def __init__(self, f): pass\n        __class__ = property(lambda"
            " _: does())\n\n\ndef generate(n=8):\n    for i in range(n):\n        yield Proxy(does)\n"
        ),
    }
)
def an_audit_goes_on(place: Place, text: str) -> None:
    """Whatever the batches would do: nobody asks them."""
    (place.folder / "data.py").write_text(text)
    report = place.audit("data.py:generate", epochs=1)

    assert report.failure is None
    assert report.batches.count >= 4


LAZY = """import numpy as np

KEPT = []


class Lazy(dict):
    def values(self):
        KEPT.append(np.ones(1_000_000))
        return [KEPT[-1]]


def generate(n=400, size=16):
    while True:
        for start in range(0, n, size):
            yield Lazy(paths=[f"{i}.jpg" for i in range(start, start + size)], size=np.zeros(size))


def arguments(n):
    return {"n": n}
"""


@faults(["a dict that loads its values"])
def a_leak_is_not_made(place: Place, _: str) -> None:
    """A mapping that keeps what it loads: nothing of it is loaded, so there is no leak to report."""
    (place.folder / "data.py").write_text(LAZY)
    done = place.run("run", "data.py:generate", "--args-from", "data.py:arguments", "--items", "800")

    growth = {one["name"]: one["verdict"] for one in done.report["outcomes"] if "growth" in one["name"]}
    assert growth["batch-growth"] == "pass", growth
    assert done.report["verdict"] != "fail"
