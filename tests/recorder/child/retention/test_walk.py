"""Generators and objects that hold known bytes: the walk finds them, by the names that the code has for them."""

from __future__ import annotations

import contextlib
import functools
import itertools
import logging
import logging.handlers
import queue
import sqlite3
import sys
import threading
import types
import weakref
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import pytest

from tests.recorder.child.retention.walking import SIZE, check, walk


def blob(seed: int = 0, size: int = SIZE) -> bytes:
    """Bytes that nothing else shares."""
    return bytes([seed % 256]) * size


def started(generator: Iterator[Any]) -> Iterator[Any]:
    """A generator with its first batch pulled."""
    next(generator)
    return generator


def test_variables_of_a_generator() -> None:
    """A local variable, by its name, with the place where the generator is defined."""

    def batches() -> Iterator[int]:
        images = [blob(index) for index in range(3)]
        yield len(images)

    found = walk(started(batches()))
    node = check(found, "batches > images > bytes", 3 * SIZE)
    assert node["count"] == 3
    assert node["data_bytes"] == node["bytes"]
    root = found.nodes[0]
    assert (root["kind"], root["path"], root["function"]) == ("source", __file__, "batches")
    assert root["line"] == batches.__code__.co_firstlineno


def test_variables_of_a_closure() -> None:
    """A cell has the name of the variable that the inner function uses."""
    kept = [blob(1), blob(2)]

    def batches() -> Iterator[int]:
        yield len(kept)

    check(walk(batches), "batches > kept > bytes", 2 * SIZE)
    check(walk(started(batches())), "batches > kept > bytes", 2 * SIZE)


class Loader:
    """Keeps in attributes."""

    def __init__(self) -> None:
        self.cache = {index: blob(index) for index in range(4)}

    def batches(self) -> Iterator[int]:
        """Keeps the object alive."""
        yield len(self.cache)

    def method(self) -> None:
        """Bound to the object."""


class Slotted:
    """Keeps in slots."""

    __slots__ = ("cache", "never_set")

    def __init__(self) -> None:
        self.cache = [blob(1), blob(2)]


def test_attributes() -> None:
    """An attribute by its name, from the object, its method, or its generator."""
    check(walk(Loader()), "source > cache > bytes", 4 * SIZE)
    check(walk(started(Loader().batches())), "batches > self > cache > bytes", 4 * SIZE)
    path, _ = walk(Loader().method).largest()
    assert path.endswith("> cache > bytes")


def test_slots() -> None:
    """As other attributes; one that was never set is none."""
    found = walk(Slotted())
    check(found, "source > cache > bytes", 2 * SIZE)
    assert found.nodes[0]["type"].endswith("test_walk.Slotted")


def module_of(source: str) -> types.ModuleType:
    """A module of the user's, with this text."""
    module = types.ModuleType("walked_by_test")
    module.__file__ = "/project/walked_by_test.py"
    sys.modules["walked_by_test"] = module
    exec(compile(source, module.__file__, "exec"), module.__dict__)
    return module


@pytest.fixture
def user_module() -> Iterator[Any]:
    """Makes a module that is the user's; it is forgotten afterwards."""
    yield module_of
    sys.modules.pop("walked_by_test", None)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("KEPT = [bytes(1000000 + i) for i in range(5)]", "KEPT > bytes"),
        ("class Shop:\n  CACHE = {i: bytes(1000000 + i) for i in range(5)}", "Shop > CACHE > bytes"),
        ("def f(x, into=[bytes(1000000 + i) for i in range(5)]): pass", "f > into > bytes"),
        ("def f(x, *, into=[bytes(1000000 + i) for i in range(5)]): pass", "f > into > bytes"),
        ("def f(x): pass\nf.cache = [bytes(1000000 + i) for i in range(5)]", "f > cache > bytes"),
        (
            "import functools\n@functools.cache\ndef f(i): return bytes(1000000 + i)\nfor i in range(5): f(i)",
            "f > bytes",
        ),
        (
            "import functools\n@functools.lru_cache(8)\ndef f(i): return bytes(1000000 + i)\nfor i in range(5): f(i)",
            "f > bytes",
        ),
        (
            "import functools\nclass A:\n  @functools.lru_cache(None)\n  def f(self, i): return bytes(1000000 + i)\n"
            "A.one = 1\na = A()\nfor i in range(5): a.f(i)",
            "A > f > bytes",
        ),
        (
            "class A:\n  @staticmethod\n  def f(into=[bytes(1000000 + i) for i in range(5)]): pass",
            "A > f > f > into > bytes",
        ),
    ],
    ids=["global", "class", "default", "keyword", "function", "cache", "bounded", "method-cache", "static"],
)
def test_what_modules_keep(user_module: Any, text: str, path: str) -> None:
    """Globals, attributes of classes, defaults, attributes of functions, caches: below their module."""
    user_module(text)
    found = walk(root="/project")
    check(found, f"walked_by_test > {path}", 5 * SIZE)
    assert found.nodes[0]["kind"] == "module"
    assert found.nodes[0]["path"] == "/project/walked_by_test.py"


def test_what_the_source_keeps_comes_first(user_module: Any) -> None:
    """An object belongs to the first path, and is counted once."""
    module = user_module("KEPT = [bytes(1000000)]")

    def batches() -> Iterator[int]:
        mine = module.KEPT
        yield len(mine)

    found = walk(started(batches()), root="/project")
    check(found, "batches > mine > bytes", SIZE)
    assert found.fields["bytes"] < 1.1 * SIZE


def test_what_is_driven_outlives_its_iterator() -> None:
    """An array that a table keeps, and that the iterator of an epoch has as well, is the table's."""

    class Training:
        def __init__(self) -> None:
            self.tables = [{"results": {0: bytes(SIZE)}}]

        def __iter__(self) -> Iterator[int]:
            rows = self.tables[0]["results"][0]
            yield len(rows)

    training = Training()
    check(walk(training, started(iter(training))), "source > tables > dict > results > bytes", SIZE)


def test_generators_within_generators() -> None:
    """What a generator delegates to, and what it loops over, is below it."""

    def inner() -> Iterator[int]:
        decoded = [blob(1), blob(2)]
        yield len(decoded)

    def delegates() -> Iterator[int]:
        yield from inner()

    def loops() -> Iterator[int]:
        for batch in inner():
            yield batch + 1

    check(walk(started(delegates())), "delegates > inner > decoded > bytes", 2 * SIZE)
    check(walk(started(loops())), "loops > inner > decoded > bytes", 2 * SIZE)
    check(walk(started(x for x in inner())), "<genexpr> > .0 > decoded > bytes", 2 * SIZE)


def test_lists_of_suspended_generators() -> None:
    """Each holds its own; they share a node."""

    def inner(seed: int) -> Iterator[int]:
        decoded = blob(seed)
        yield len(decoded)

    opened = [started(inner(seed)) for seed in range(10)]
    node = check(walk(opened), "source > inner > decoded", 10 * SIZE)
    assert node["count"] == 10


def test_frames_of_threads() -> None:
    """A thread by its name, then its function and the variable."""
    ready, stop = threading.Event(), threading.Event()

    def fill() -> None:
        filled = [blob(index) for index in range(3)]
        ready.set()
        stop.wait()
        del filled

    thread = threading.Thread(target=fill, name="prefetch")
    thread.start()
    try:
        ready.wait()
        found = walk()
    finally:
        stop.set()
        thread.join()
    at = found.paths().index("prefetch > fill > filled > bytes")
    assert found.nodes[at]["bytes"] == pytest.approx(3 * SIZE, rel=0.03)
    assert found.nodes[found.paths().index("prefetch")]["kind"] == "thread"


@pytest.mark.parametrize("kind", [queue.Queue, queue.LifoQueue])
def test_queues(kind: Any) -> None:
    """Queues written in Python keep their entries in an attribute."""
    waiting = kind()
    for index in range(5):
        waiting.put(blob(index))
    check(walk(waiting), "source > queue > bytes", 5 * SIZE)


def test_queues_in_c() -> None:
    """A queue written in C has no names."""
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    for index in range(5):
        waiting.put(blob(index))
    path, node = walk(waiting).largest()
    assert path.startswith("source > ")
    assert path.endswith(" > bytes")
    assert node["bytes"] == pytest.approx(5 * SIZE, rel=0.03)


def test_weak_references_hold_nothing() -> None:
    """Neither do the mappings that are made of them."""

    class Held:
        def __init__(self) -> None:
            self.data = blob()

    held = [Held() for _ in range(3)]
    values = weakref.WeakValueDictionary(enumerate(held))
    keys = weakref.WeakKeyDictionary({each: index for index, each in enumerate(held)})
    found = walk([weakref.ref(held[0]), weakref.proxy(held[1]), values, keys, weakref.WeakSet(held)])
    assert found.fields["bytes"] < SIZE / 10


def ordered(entries: list[bytes]) -> OrderedDict[int, bytes]:
    """By number."""
    return OrderedDict(enumerate(entries))


def plain(entries: list[bytes]) -> dict[int, bytes]:
    """By number."""
    return dict(enumerate(entries))


@pytest.mark.parametrize("make", [deque, tuple, set, frozenset, ordered, plain])
def test_containers_in_c(make: Any) -> None:
    """Entries of every container, of few as of many."""
    kept = make([blob(index) for index in range(6)])
    node = check(walk(kept), "source > bytes", 6 * SIZE)
    assert node["count"] == 6


def test_defaultdicts_and_classes_of_containers() -> None:
    """A class derived from a container has entries and attributes."""

    class Kept(list):  # type: ignore[type-arg]
        pass

    kept = Kept([blob(1)])
    kept.more = [blob(2), blob(3)]  # type: ignore[attr-defined]
    assert {"source > bytes", "source > more > bytes"} <= set(walk(kept).paths())
    assert walk(kept).fields["bytes"] == pytest.approx(3 * SIZE, rel=0.03)
    groups = defaultdict(list)
    for index in range(6):
        groups[index % 2].append(blob(index))
    check(walk(groups), "source > list > bytes", 6 * SIZE)


def test_itertools() -> None:
    """What ``tee`` and ``cycle`` have saved."""

    def made() -> Iterator[bytes]:
        for index in range(200):
            yield blob(index, 100_000)

    first, second = itertools.tee(made())
    for _ in range(150):
        next(first)
    path, node = walk(second).largest()
    assert path.startswith("source > ")
    assert path.endswith("> bytes")
    assert node["bytes"] == pytest.approx(150 * 100_000, rel=0.03)
    cycled = itertools.cycle(made())
    for _ in range(150):
        next(cycled)
    path, node = walk(cycled).largest()
    assert path == "source > list > bytes"
    assert node["bytes"] == pytest.approx(150 * 100_000, rel=0.03)


def test_exceptions_hold_their_frames() -> None:
    """Through the traceback, down to the variable in the function that raised."""

    def fails() -> None:
        decoded = [blob(1), blob(2)]
        raise ValueError(len(decoded))

    errors = []
    try:
        fails()
    except ValueError as error:
        errors.append(error)
    path, node = walk(errors).largest()
    assert path.startswith("source > ValueError > ")
    assert path.endswith("fails > decoded > bytes")
    assert node["bytes"] == pytest.approx(2 * SIZE, rel=0.03)


def test_logging_handlers() -> None:
    """The records that a handler keeps."""
    logger = logging.Logger("walked")
    handler = logging.handlers.MemoryHandler(1000, target=None, flushLevel=100)
    logger.addHandler(handler)
    for index in range(5):
        logger.warning("%s", blob(index))
    path, node = walk(logger).largest()
    assert path == "source > handlers > MemoryHandler > buffer > LogRecord > args > bytes"
    assert node["bytes"] == pytest.approx(5 * SIZE, rel=0.03)


def test_partials_and_bound_methods() -> None:
    """What is bound to a call is kept by it."""
    check(walk(functools.partial(print, blob())), "source > tuple > bytes", SIZE)
    kept: list[bytes] = [blob(3)]
    check(walk(kept.append), "source > list > bytes", SIZE)


def test_arrays_are_counted_once_by_what_they_lie_in() -> None:
    """A view keeps all of its base alive."""
    base = np.zeros((1000, 1000), np.uint8)
    views = [base[index : index + 1] for index in range(10)]
    found = walk(views)
    assert found.fields["bytes"] == pytest.approx(SIZE, rel=0.03)
    del base
    assert walk(views[3]).fields["bytes"] == pytest.approx(SIZE, rel=0.03)


def test_arrays_over_bytes() -> None:
    """The bytes are counted, where they are."""
    assert walk(np.frombuffer(blob(), np.uint8)).fields["bytes"] == pytest.approx(SIZE, rel=0.03)
    assert walk(memoryview(blob())).fields["bytes"] == pytest.approx(SIZE, rel=0.03)


def rows_of(table: Any) -> list[Any]:
    return list(table)


def pairs_of(table: Any) -> list[Any]:
    return list(zip(range(len(table)), table, strict=True))


def views_of(table: Any) -> list[Any]:
    whole = memoryview(table).cast("B")
    return [whole[at : at + 8] for at in range(0, len(whole), 8)]


def arrays_over(table: Any) -> list[Any]:
    whole = table.tobytes()
    return [np.frombuffer(whole, np.uint8, 8, at) for at in range(0, len(whole), 8)]


@pytest.mark.parametrize("make", [rows_of, pairs_of, views_of, arrays_over])
def test_what_sampled_rows_share_is_counted_once(make: Any) -> None:
    """The rows of one table, cut apart: each keeps the same memory."""
    table = np.zeros((20_000, 8), np.uint8)
    kept = make(table)
    found = walk(kept)
    assert any(node.get("is_sampled") for node in found.nodes)
    total = sum(node["data_bytes"] for node in found.nodes if node["parent"] < 0)
    assert total == pytest.approx(table.nbytes, rel=0.01)


@pytest.mark.parametrize("n_rows", [4, 16, 100])
def test_tables_that_a_few_rows_share_are_scaled_as_tables(n_rows: int) -> None:
    """Of some thousand rows of many files each table counts once, also where the sample meets it once."""
    tables = [np.zeros((n_rows, 1000), np.uint8) for _ in range(12_800 // n_rows)]
    rows = [row for table in tables for row in table]
    del tables
    found = walk(rows)
    assert found.nodes[0]["data_bytes"] == pytest.approx(12_800 * 1000, rel=0.25)


def test_rows_that_are_apart_are_scaled() -> None:
    """Each has its own memory, or a table of its own; another container of the same changes nothing."""
    rows = [np.zeros(1000, np.uint8) for _ in range(12_800)]
    assert walk(rows).nodes[0]["data_bytes"] == pytest.approx(12_800 * 1000, rel=0.03)
    views = [np.zeros(1000, np.uint8)[1:] for _ in range(12_800)]
    assert walk(views).nodes[0]["data_bytes"] == pytest.approx(12_800 * 1000, rel=0.03)
    found = walk({"views": views, "shifted": [view[1:] for view in views]})
    total = sum(node["data_bytes"] for node in found.nodes if node["parent"] < 0)
    assert total == pytest.approx(12_800 * 1000, rel=0.03)


def test_a_table_of_objects_cut_into_rows() -> None:
    """What it refers to is there once for each of its places, not for each of its rows."""
    table = np.array([[bytes(500), index] for index in range(10_000)], dtype=object)
    table[:, 0] = [bytes(500) + bytes([index % 256]) for index in range(10_000)]
    rows = list(table)
    del table
    found = walk(rows)
    assert found.fields["bytes"] < 1.5 * 10_000 * (500 + 33 + 28 + 16 + 112 + 8)


def test_mapped_files_are_nothing(tmp_path: Any) -> None:
    """Their pages are the kernel's."""
    np.save(tmp_path / "mapped.npy", np.zeros(SIZE, np.uint8))
    mapped = np.load(tmp_path / "mapped.npy", mmap_mode="r")
    assert walk([mapped, mapped[10:]]).fields["bytes"] < SIZE / 10


def test_arrays_of_objects() -> None:
    """What the array refers to is below it."""
    kept = np.array([blob(index) for index in range(5)], dtype=object)
    check(walk(kept), "source > bytes", 5 * SIZE)


def test_details_tell_arrays_apart() -> None:
    """By shape and type; of many shapes, none is told."""
    pictures = [np.zeros((64, 64, 3), np.uint8)] * 1 + [np.zeros((32, 32), np.float32) for _ in range(9)]
    details = {node.get("detail", "") for node in walk(pictures).nodes}
    assert {"64x64x3 uint8", "32x32 float32"} <= details
    many = [np.zeros((100 + index, 100), np.uint8) for index in range(900)]
    node = check(walk(many), "source > ndarray", sum(each.nbytes for each in many))
    assert node["count"] == 900


def test_a_long_list_is_sampled_and_scaled() -> None:
    """Shared objects are not scaled with those that share them."""
    shared = {"kind": "cat" * 1000}
    kept = [(f"/data/{index:06d}.jpg", float(index), shared) for index in range(60_000)]
    true = sys.getsizeof(kept) + 60_000 * (sys.getsizeof(kept[0]) + sys.getsizeof(kept[0][0]) + sys.getsizeof(0.5))
    found = walk(kept)
    assert found.fields["visited"] < 3000
    assert found.fields["bytes"] == pytest.approx(true, rel=0.03)
    assert any(node.get("is_sampled") for node in found.nodes)


@pytest.mark.parametrize("n_labels", [10, 300, 3000])
def test_labels_that_many_share(n_labels: int) -> None:
    """They are counted once, as far as a sample can tell."""
    labels = [f"label number {index}" for index in range(n_labels)]
    kept = [labels[index * 7919 % n_labels] for index in range(60_000)]
    true = sys.getsizeof(kept) + sum(map(sys.getsizeof, labels))
    assert walk(kept).fields["bytes"] == pytest.approx(true, rel=0.15)


def test_a_few_of_another_type_are_seen() -> None:
    """In a long list of small things, two large ones count."""
    kept: list[Any] = [float(index) for index in range(50_000)]
    kept[20_001] = blob(1)
    kept[40_003] = blob(2)
    found = walk(kept)
    assert "source > bytes" in found.paths()
    assert found.fields["bytes"] == pytest.approx(2 * SIZE + 50_000 * 32, rel=0.03)


def test_an_eager_generator_is_cheap() -> None:
    """About as many objects as it has arrays."""

    def batches() -> Iterator[Any]:
        images = [np.zeros((64, 64, 3), np.uint8) for _ in range(400)]
        for at in range(0, 400, 4):
            yield images[at : at + 4]

    found = walk(started(batches()))
    node = check(found, "batches > images > ndarray", 400 * 64 * 64 * 3)
    assert (node["count"], node["detail"]) == (400, "64x64x3 uint8")
    assert abs(found.fields["visited"] - 404) < 6
    assert found.fields["is_complete"]


def test_limits() -> None:
    """A walk that is too long ends, and says so."""
    from genaudit.recorder.child.retention import roots
    from genaudit.recorder.child.retention.walk import Walk

    nested: list[Any] = [[index, [index]] for index in range(500)]
    short = Walk(most_objects=100)
    roots.source(short, "source", [nested])
    assert not short.is_complete
    late = Walk(limit_s=-1.0)
    roots.source(late, "source", [nested])
    assert not late.is_complete
    assert late.visited < 1000


class Hostile:
    """Raises whatever is asked of it."""

    def __init__(self) -> None:
        object.__getattribute__(self, "__dict__")["held"] = blob()

    def _never(self, *_: object) -> Any:
        raise AssertionError

    __len__ = __eq__ = __hash__ = __getattr__ = __sizeof__ = __iter__ = __bool__ = __repr__ = _never  # type: ignore[assignment]
    __getattribute__ = __contains__ = __getitem__ = __index__ = _never  # type: ignore[assignment]
    held = property(_never)


def hostile_kind() -> Any:
    """An object of a class that raises, and whose class does."""

    class HostileMeta(type):
        """A class whose class raises."""

        def __hash__(cls) -> int:
            raise AssertionError

        def __eq__(cls, other: object) -> bool:
            raise AssertionError

        def __getattribute__(cls, name: str) -> Any:
            raise AssertionError(name)

    class HostileKind(metaclass=HostileMeta):
        """Of such a class."""

    return HostileKind()


@pytest.mark.parametrize("base", [list, dict, set, deque, tuple, bytes, str, int])
def test_nothing_of_the_users_is_called(base: Any) -> None:
    """Not in an object, nor in a container that holds it, nor in a class derived from a container."""

    def never(*_: object) -> Any:
        raise AssertionError

    names = ("__len__", "__eq__", "__hash__", "__sizeof__", "__iter__", "__getitem__", "__contains__", "__repr__")
    kind = type("Own", (base,), dict.fromkeys(names, never))
    held = kind()
    found = walk([Hostile(), held, hostile_kind(), {1: held}], root="/nowhere")
    assert "source > test_walk.Hostile > held" in found.paths() or any("held" in path for path in found.paths())
    assert found.fields["bytes"] == pytest.approx(SIZE, rel=0.03)


def test_nothing_is_left_behind() -> None:
    """Neither references nor variables that frames keep; the collector is as it was."""
    import gc

    def batches() -> Iterator[Any]:
        images = [blob(index, 5000) for index in range(10)]
        yield images

    source = started(batches())
    images = source.gi_frame.f_locals["images"]  # type: ignore[attr-defined]
    loader = Loader()
    walk(source, loader)
    gc.collect()
    before = [sys.getrefcount(each) for each in (source, images, images[0], loader, loader.cache, Loader, Hostile)]
    n_before = len(gc.get_objects())
    walk(source, loader)
    assert gc.isenabled()
    gc.collect()
    after = [sys.getrefcount(each) for each in (source, images, images[0], loader, loader.cache, Loader, Hostile)]
    assert before == after
    assert abs(len(gc.get_objects()) - n_before) < 20
    gc.disable()
    try:
        walk(source)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_targets_own_table_of_variables_stays() -> None:
    """Before Python 3.13 a frame has one table, which the target may have asked for."""

    def batches() -> Iterator[Any]:
        one = 1
        yield locals()
        yield one

    generator = batches()
    table = next(generator)
    walk(generator)
    assert table["one"] == 1


def test_classes_made_in_functions() -> None:
    """Nothing but their objects leads to what they keep."""

    class Local:
        kept: ClassVar = [blob(7)]

    path, node = walk(Local()).largest()
    assert path == "source > Local > kept > bytes"
    assert node["bytes"] == pytest.approx(SIZE, rel=0.03)


def test_a_chain_of_nodes_is_one_node() -> None:
    """A linked list does not make a path as long as itself."""

    class Link:
        def __init__(self, following: Any) -> None:
            self.payload = blob(1, 1000)
            self.following = following

    chain = None
    for _ in range(500):
        chain = Link(chain)
    found = walk(chain)
    assert len(found.nodes) < 8
    assert found.fields["bytes"] == pytest.approx(500 * 1150, rel=0.2)


def test_suspended_coroutines() -> None:
    """As generators."""

    @types.coroutine
    def pause() -> Iterator[None]:
        yield

    async def fetch() -> None:
        downloaded = [blob(1)]
        await pause()
        del downloaded

    coroutine = fetch()
    coroutine.send(None)
    check(walk(coroutine), "fetch > downloaded > bytes", SIZE)
    with contextlib.suppress(RuntimeError):
        coroutine.close()


def test_what_may_own_more_than_it_shows_is_kept_however_small() -> None:
    """With all above it, and with how many there are."""
    connections = {name: sqlite3.connect(":memory:") for name in "abcdefghijklmnopqrst"}

    def batches() -> Iterator[int]:
        images = blob()
        yield len(connections) + len(images)

    found = walk(started(batches()))
    kept = [at for at, node in enumerate(found.nodes) if node.get("is_foreign")]
    # Before 3.11 each has a cache of statements besides.
    assert (found.path_of(kept[0]), found.nodes[kept[0]]["count"]) == (
        "batches > connections > Connection",
        len(connections),
    )
    assert {found.path_of(at) for at in kept[1:]} <= {"batches > connections > Connection > Cache"}
    for connection in connections.values():
        connection.close()
