"""The bytes and the items of anything that may be yielded."""

import array
import collections
import dataclasses
import datetime as dt
import mmap
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nst
from PIL import Image

from genaudit.recorder.child.batch import nbytes
from genaudit.recorder.child.batch.nbytes import bytes_of_arrays
from genaudit.recorder.child.batch.size import counts_items, may_count_items, shapes_of, size_of, written_integers

X = np.zeros((8, 4, 4, 3), np.uint8)
Y = np.zeros(8, np.int64)
BASE = np.zeros((100, 10))
Pair = collections.namedtuple("Pair", "x y")


@dataclasses.dataclass
class Record:
    x: Any
    y: Any = None


@dataclasses.dataclass(slots=True)
class Slotted:
    x: Any
    y: Any = None


class Computing:
    """Whose every attribute would cost."""

    def __init__(self) -> None:
        self.x = X

    @property
    def y(self) -> Any:
        raise AssertionError("computed")

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"asked for {name}")

    def __array__(self, *_: Any) -> Any:
        raise AssertionError("converted")

    def __len__(self) -> int:
        raise AssertionError("counted")

    def __iter__(self) -> Any:
        raise AssertionError("iterated")


class LazyDict(dict[str, Any]):
    def __getitem__(self, key: str) -> Any:
        raise AssertionError("loaded")

    def values(self) -> Any:
        raise AssertionError("loaded")


class LazyList(list[Any]):
    def __getitem__(self, index: Any) -> Any:
        raise AssertionError("loaded")

    def __iter__(self) -> Any:
        raise AssertionError("loaded")


@pytest.mark.parametrize(
    ("batch", "n_bytes"),
    [
        pytest.param(X, 384, id="array"),
        pytest.param((X, Y), 384 + 64, id="pair"),
        pytest.param([X, Y], 384 + 64, id="list of two"),
        pytest.param({"x": X, "y": [Y]}, 384 + 64, id="dict"),
        pytest.param(Pair(X, Y), 384 + 64, id="named tuple"),
        pytest.param(((X, (Y,)), None), 384 + 64, id="nested"),
        pytest.param(Record(X, Y), 384 + 64, id="dataclass"),
        pytest.param(Slotted(X, Y), 384 + 64, id="slots"),
        pytest.param(collections.UserDict({"x": X}), 384, id="user dict"),
        pytest.param(collections.OrderedDict(x=X), 384, id="ordered dict"),
        pytest.param(collections.deque([X]), 384, id="deque"),
        pytest.param((X, 5, None, 1.5, True), 384, id="numbers beside arrays"),
        pytest.param((X, np.float32(5)), 384, id="numpy numbers"),
        pytest.param((X, "abc"), 384 + sys.getsizeof("abc"), id="text"),
        pytest.param(np.zeros((0, 3)), 0, id="empty array"),
        pytest.param(np.array(5.0), 8, id="array without dimensions"),
        pytest.param(np.zeros(3, [("a", "i4"), ("b", "f8")]), 36, id="records"),
        pytest.param(np.array(["ab", "c"]), 16, id="array of texts"),
        pytest.param(np.ma.array(np.zeros(4), mask=[True] * 4), 36, id="masked"),
        pytest.param(memoryview(b"abcd"), 4, id="view of bytes"),
        pytest.param(array.array("d", [1, 2]), 16, id="array.array"),
        pytest.param((X, X), 384, id="twice the same"),
        pytest.param([X, [X, {"a": X}]], 384, id="the same again, deeper"),
        pytest.param((BASE, BASE[:50]), 8000, id="view of another"),
        pytest.param((BASE[:50], BASE[50:]), 8000, id="two halves"),
        pytest.param((BASE[:60], BASE[40:]), 8000, id="overlapping"),
        pytest.param(BASE[:10], 800, id="part of a larger one"),
        pytest.param(BASE[::10], 800, id="every tenth row"),
        pytest.param((BASE[:, 0], BASE[:, 1]), 1600, id="interleaved columns"),
        pytest.param((X[..., 0], X[..., 1], X[..., 2]), 384, id="channels"),
        pytest.param((BASE, BASE.T), 8000, id="transposed"),
        pytest.param((BASE, BASE[::-1]), 8000, id="backwards"),
        pytest.param(np.broadcast_to(np.zeros(4), (1000, 4)), 32, id="broadcast"),
        pytest.param((BASE, BASE.reshape(50, 20), BASE.view(np.uint8)), 8000, id="other shapes"),
        pytest.param(list(BASE), 8000, id="rows"),
        pytest.param((np.zeros((0, 5)), BASE[:0]), 0, id="nothing twice"),
    ],
)
def test_bytes(batch: Any, n_bytes: int) -> None:
    """Memory is counted once, whoever shares it."""
    assert size_of(batch)[0] == n_bytes


def test_objects_in_an_array() -> None:
    """The pointers, and what they point to."""
    batch = np.array([X, Y, "abc", None], dtype=object)

    assert size_of(batch)[0] == 32 + 384 + 64 + sys.getsizeof("abc")


def test_python_objects_alone() -> None:
    """Where there is nothing but Python objects, they are the batch: containers and numbers count."""
    row = {"a": 1000, "b": "text", "c": [1.5, 2.5]}

    expected = sum(map(sys.getsizeof, (row, 1000, "text", row["c"], 1.5, 2.5)))
    assert size_of(row)[0] == expected
    assert size_of([row] * 3)[0] == expected + sys.getsizeof([row] * 3)
    assert size_of(7)[0] == sys.getsizeof(7)
    assert size_of("abc")[0] == sys.getsizeof("abc")
    assert size_of(dt.date(2020, 1, 1))[0] == sys.getsizeof(dt.date(2020, 1, 1))
    assert size_of(Path("/a"))[0] == Path("/a").__sizeof__()


@pytest.mark.parametrize(
    "batch",
    [
        None,
        object(),
        [object(), None],
        (),
        {},
        len,
        int,
        lambda: 0,
        iter([X]),
        (x for x in [X]),
        Slotted.__new__(Slotted),
    ],
)
def test_unknown_sizes(batch: Any) -> None:
    """Absent is None, never 0."""
    assert size_of(batch)[0] is None


def test_iterators_are_not_consumed() -> None:
    """What is yielded belongs to the one who pulls."""
    running, inner = (x for x in [X]), iter([X])
    size_of((running, [inner], map(abs, [1])))

    assert next(running) is X
    assert next(inner) is X


@pytest.mark.parametrize("batch", [Computing(), LazyDict(x=X), LazyList([X])], ids=["object", "dict", "list"])
def test_nothing_is_computed(batch: Any) -> None:
    """Only what is there already is looked at."""
    assert size_of(batch)[0] == 384


def test_objects_one_level_deep() -> None:
    """The attributes of an attribute are somebody else's."""
    assert size_of(Record(Record(X)))[0] in {None, sys.getsizeof(Record(X))}
    assert size_of([Record([X]), Record(Y)])[0] == 384 + 64


def test_circles_end() -> None:
    """A batch may hold itself."""
    batch: list[Any] = [X]
    batch.append(batch)
    deep: Any = X
    for _ in range(5000):
        deep = [deep]

    assert size_of(batch)[0] == 384
    size_of(deep)


@pytest.mark.parametrize("n", [1999, 2001, 10_000])
def test_long_lists_are_sampled(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal elements give the exact sum, and the walk stays bounded."""
    looks = []
    put = nbytes.ByteCount.put
    monkeypatch.setattr(nbytes.ByteCount, "put", lambda count, value: (looks.append(1), put(count, value))[1])

    assert size_of([np.zeros(10) for _ in range(n)])[0] == 80 * n
    assert len(looks) <= 2001


def test_long_lists_of_records() -> None:
    """Records are looked at whole, some of them."""
    batch = [{"image": np.zeros(100 + i % 3), "label": i, "name": f"n{i:05d}"} for i in range(3000)]

    expected = sum(row["image"].nbytes + sys.getsizeof(row["name"]) for row in batch)
    assert size_of(batch)[0] == pytest.approx(expected, rel=0.02)
    numbers = [[float(i), float(-i)] for i in range(1, 5000)]
    expected = sys.getsizeof(numbers) + sum(sys.getsizeof(row) + 48 for row in numbers)
    assert size_of(numbers)[0] == pytest.approx(expected, rel=0.02)


def test_the_same_element_many_times() -> None:
    """Five thousand names for one array are one array."""
    assert size_of([X] * 5000)[0] == 384


def test_types_made_for_each_batch_are_forgotten() -> None:
    """Else the measuring itself would grow with batches."""
    for i in range(2000):
        size_of(type(f"T{i}", (), {})())

    assert len(nbytes.handler_of) < 600
    assert size_of(X)[0] == 384


def test_mapped_arrays_count(tmp_path: Path) -> None:
    """Their bytes are in the batch, though the kernel may drop them."""
    np.save(tmp_path / "x.npy", X)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")

    assert size_of(mapped) == (384, 8)
    assert size_of(mapped[:4]) == (192, 4)
    with open(tmp_path / "x.npy", "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as raw:
        assert size_of(raw)[0] == len(raw)


def test_arrays_in_a_file_are_not_in_the_batch(tmp_path: Path) -> None:
    """h5py reads when it is asked to."""
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["x"] = X
        assert size_of(file["x"]) == (None, 8)
        assert size_of((file["x"], Y)) == (64, 8)


def test_dask_arrays_are_not_computed() -> None:
    """They are plans."""
    da = pytest.importorskip("dask.array")

    assert size_of(da.zeros((8, 3))) == (None, 8)


@pytest.mark.parametrize(
    ("mode", "n_bytes"),
    [
        ("RGB", 36),
        ("L", 12),
        ("RGBA", 48),
        ("1", 12),
        ("I;16", 24),
        ("F", 48),
        ("I", 48),
        ("P", 12),
        ("LA", 24),
        ("HSV", 36),
    ],
)
def test_images(mode: str, n_bytes: int) -> None:
    """Width x height x bytes of a pixel."""
    assert size_of(Image.new(mode, (4, 3))) == (n_bytes, 1)


def test_images_are_not_loaded(tmp_path: Path) -> None:
    """An opened file has no pixels yet."""
    Image.new("RGB", (4, 3)).save(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        assert size_of(image) == (None, 1)
        assert size_of([image, image]) == (None, 2)
        image.load()
        assert size_of(image) == (36, 1)
    closed = Image.new("RGB", (4, 3))
    closed.close()
    assert size_of(closed)[0] is None


def test_frames() -> None:
    """Columns, index, and a sample of the objects in them."""
    plain = pd.DataFrame({"a": np.zeros(100), "b": np.zeros(100, np.int8)})
    words = pd.DataFrame({"a": pd.Series(["word"] * 100, dtype=object)})

    assert size_of(plain) == (900, 100)
    assert size_of(plain["a"]) == (800, 100)
    assert size_of(words)[0] == 800 + 100 * sys.getsizeof("word")
    assert size_of(plain.set_index("a"))[0] == 900
    wide = pd.DataFrame(np.zeros((10, 1000)))
    assert size_of(wide)[0] == pytest.approx(80_000, rel=0.01)


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_torch_tensors() -> None:
    """Also beside numpy arrays that share their memory, and sparse ones."""
    torch = pytest.importorskip("torch")
    tensor = torch.zeros((8, 4))

    assert size_of(tensor) == (128, 8)
    assert size_of([tensor, torch.zeros(8, dtype=torch.int64)]) == (128 + 64, 8)
    assert size_of((tensor, tensor.numpy(), tensor[:4], tensor.view(4, 8)))[0] == 128
    assert size_of(tensor.t())[0] == 128
    assert size_of(torch.nn.Parameter(tensor))[0] == 128
    assert size_of(torch.zeros(8, device="meta"))[0] == 0
    assert size_of(torch.zeros(5).expand(100, 5))[0] == 20
    sparse = torch.sparse_coo_tensor([[0, 1]], [1.0, 2.0], (8,))
    assert size_of(sparse) == (16 + 8, 8)
    assert size_of(torch.zeros((2, 2)).to_sparse_csr())[0] is not None
    assert size_of(torch.nested.nested_tensor([torch.zeros(2), torch.zeros(3)]))[0] == 20


@pytest.mark.tensorflow
def test_tensorflow_tensors() -> None:
    """Eager, ragged and sparse ones, variables; the size of strings is not known."""
    tf = pytest.importorskip("tensorflow")
    tensor = tf.zeros((8, 4))

    assert size_of(tensor) == (128, 8)
    assert size_of((tensor, tf.zeros(8, tf.int64))) == (128 + 64, 8)
    assert size_of((tensor, tensor))[0] == 128
    assert size_of(tf.ragged.constant([[1], [2, 3]], dtype=tf.int32)) == (12 + 24, 2)
    assert size_of(tf.sparse.from_dense([[1, 0], [0, 2]])) == (32 + 8 + 16, 2)
    assert size_of(tf.Variable(tensor))[0] == 128
    assert size_of(tf.constant(["abc", "d"])) == (None, 2)
    assert size_of((tensor, tf.constant(["a"] * 8))) == (128, 8)
    assert size_of(tf.constant(5.0)) == (4, 1)


@pytest.mark.parametrize(
    ("batch", "n_items"),
    [
        pytest.param(X, 8, id="array"),
        pytest.param((X, Y), 8, id="pair"),
        pytest.param((X,), 8, id="alone in a tuple"),
        pytest.param((X, None), 8, id="no labels"),
        pytest.param((None, X), 8, id="no first part"),
        pytest.param((X, Y, np.ones(8)), 8, id="with weights"),
        pytest.param(((X, X), Y), 8, id="two inputs"),
        pytest.param(([X, X], Y), 8, id="list of two inputs"),
        pytest.param(([X[0]] * 8, Y), 8, id="list of images"),
        pytest.param(([1] * 8, ["a"] * 8), 8, id="lists"),
        pytest.param({"x": X, "y": Y}, 8, id="dict"),
        pytest.param(({"a": X, "b": Y}, Y), 8, id="dict of inputs"),
        pytest.param({"x": X, "y": Y, "epoch": 3}, 8, id="dict with a number"),
        pytest.param([X, Y], 8, id="columns in a list"),
        pytest.param([X[0]] * 5, 5, id="images in a list"),
        pytest.param([X, X], 2, id="equal arrays in a list"),
        pytest.param([(X[0], 1)] * 5, 5, id="samples in a list"),
        pytest.param(["a"] * 5, 5, id="texts in a list"),
        pytest.param([], 0, id="empty list"),
        pytest.param((X[0], 3), 1, id="image and number"),
        pytest.param((X[0], np.int64(3)), 1, id="image and numpy number"),
        pytest.param((X[0], np.eye(10)[0]), 1, id="image and one-hot label"),
        pytest.param((X[0], "name"), 1, id="image and text"),
        pytest.param(("path", 3), 1, id="text and number"),
        pytest.param(np.zeros((32, 32, 3), np.uint8), 1, id="picture"),
        pytest.param(np.zeros((32, 32, 3), np.float32), 32, id="series of three values"),
        pytest.param(np.zeros((32, 15, 3), np.uint8), 32, id="too narrow for a picture"),
        pytest.param(np.zeros((32, 32, 5), np.uint8), 32, id="five channels"),
        pytest.param(np.array(5), 1, id="no dimensions"),
        pytest.param("text", 1, id="text"),
        pytest.param(5, 1, id="number"),
        pytest.param(Record(X, Y), 8, id="object"),
        pytest.param(Pair(X, Y), 8, id="named tuple"),
        pytest.param((Image.new("L", (4, 4)), 3), 1, id="Pillow image and number"),
        pytest.param(pd.DataFrame({"a": [1, 2]}), 2, id="frame"),
        pytest.param((X[:0], Y[:0]), 0, id="empty batch"),
        pytest.param(None, None, id="None"),
        pytest.param(object(), None, id="object without attributes"),
        pytest.param((object(), X), None, id="unknown first part"),
        pytest.param((), None, id="empty tuple"),
        pytest.param({}, None, id="empty dict"),
        pytest.param(iter([1]), None, id="iterator"),
    ],
)
def test_items(batch: Any, n_items: int | None) -> None:
    """The leading dimension that the parts share; a single sample is one."""
    assert size_of(batch)[1] == n_items


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.binary()
    | st.floats()
    | nst.arrays(np.uint8, nst.array_shapes()),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
)


@given(ANYTHING)
def test_anything_has_a_size(batch: Any) -> None:
    """Never an exception, never a negative number."""
    n_bytes, n_items = size_of(batch)

    assert n_bytes is None or n_bytes >= 0
    assert n_items is None or n_items >= 0


@st.composite
def views(draw: st.DrawFn) -> Any:
    """A part of BASE: rows and columns with steps, forwards or backwards."""

    def part(n: int) -> slice:
        low = draw(st.integers(0, n - 1))
        step = draw(st.sampled_from([1, 2, 3]))
        return slice(low, draw(st.integers(low + 1, n)), step)

    found = BASE[part(100), part(10)]
    return found[:: draw(st.sampled_from([1, -1]))]


@given(st.lists(views(), min_size=1, max_size=5))
def test_views_cover_what_they_cover(parts: list[Any]) -> None:
    """Not less than the elements they have together, not more than the sum, nor than the whole."""
    touched = np.zeros_like(BASE, bool)
    offset = BASE.__array_interface__["data"][0]
    for part in parts:
        mask = np.ndarray(part.shape, bool, touched, (part.__array_interface__["data"][0] - offset) // 8,
                          [stride // 8 for stride in part.strides])  # fmt: skip
        mask[...] = True

    n_bytes = bytes_of_arrays(parts)

    assert touched.sum() * 8 <= n_bytes <= min(sum(part.nbytes for part in parts), BASE.nbytes)


def test_elements_of_arrays_are_not_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pair of arrays is three looks, however many rows they have."""
    looks = []
    put = nbytes.ByteCount.put
    monkeypatch.setattr(nbytes.ByteCount, "put", lambda count, value: (looks.append(1), put(count, value))[1])

    size_of((np.zeros((800, 4)), np.zeros(800)))

    assert len(looks) == 3


BATCH = 8


def _hands_on() -> Any:
    def inner() -> Any:
        yield from range(0, 64, 12)

    yield from inner()


class _Indexed:
    def __getitem__(self, number: int) -> Any:
        return [number] * BATCH if number < 5 else [number] * 40


@pytest.mark.parametrize(
    ("holder", "expected"), [(_hands_on(), {12, 64}), (_Indexed(), {5, 8, 40}), (iter([1]), set())]
)
def test_integers_that_are_written(holder: Any, expected: set[int]) -> None:
    """Those of the code that makes batches and of what it hands on to, and of the globals that it names."""
    if hasattr(holder, "send"):
        next(holder)

    assert written_integers(holder) == expected


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        *[((32, 64), True), ((32, 64, 64, 3), True), ((32, 32, 3), False), ((32, 32), False), ((31, 64), False)],
        pytest.param((32,), False, id="a vector that is cut to a length"),
    ],
)
def test_a_written_integer_may_count_items(shape: tuple[int, ...], expected: bool) -> None:
    """But for a picture's height, as it is as wide, and a vector's length. No epoch is counted by it."""
    batch = np.zeros(shape, np.float32)

    assert may_count_items(batch, shape[0], {32}) == expected
    assert not counts_items(batch, shape[0], set())
    assert counts_items(batch, shape[0], {32}) == (shape[0] == 32)


@pytest.mark.parametrize(
    ("batch", "shapes"),
    [
        (X, [[8, 4, 4, 3]]),
        ((X, Y), [[8, 4, 4, 3], [8]]),
        ({"x": (X, X), "y": Y, "name": "a"}, [[8, 4, 4, 3], [8, 4, 4, 3], [8]]),
        ([Computing(), X], [[8, 4, 4, 3]]),
        (pd.DataFrame({"a": [1, 2], "b": [3, 4]}), [[2, 2]]),
        (np.float32(1.0), [[]]),
        ("text", []),
    ],
    ids=["array", "pair", "nested", "beside an object of the user's", "frame", "scalar", "no array"],
)
def test_the_shapes_of_the_arrays_in_a_batch(batch: Any, shapes: list[list[int]]) -> None:
    """Nothing of the user's is asked."""
    assert shapes_of(batch) == shapes
