"""Each shape of target is driven its own way, epoch after epoch."""

import array
import gc
import multiprocessing
import os
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from genaudit.recorder.child.drivers import DRIVERS, NAMES, open_source
from genaudit.recorder.child.guard.refusal import Refusal
from genaudit.recorder.child.sources import Source


def batches() -> Iterator[int]:
    yield from range(3)


class Indexed:
    """Batches by index, with a word at the end of each epoch."""

    def __init__(self, length: int = 3) -> None:
        self.length = length
        self.told: list[str] = []

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> int:
        if index >= self.length:
            raise AssertionError("past the end")
        return index

    def on_epoch_begin(self) -> None:
        self.told.append("begin")

    def on_epoch_end(self) -> None:
        self.told.append("end")


class Endless:
    def __getitem__(self, index: int) -> int:
        if index == 4:
            raise IndexError
        return index


class Restarting:
    """Begins again when it is iterated over again."""

    def __init__(self) -> None:
        self.starts = 0

    def __iter__(self) -> "Restarting":
        self.i = 0
        self.starts += 1
        return self

    def __next__(self) -> int:
        self.i += 1
        if self.i > 3:
            raise StopIteration
        return self.i


class Once:
    """Does not begin again."""

    def __init__(self) -> None:
        self.inner = iter([1, 2])

    def __iter__(self) -> "Once":
        return self

    def __next__(self) -> int:
        return next(self.inner)


class Iterable:
    def __iter__(self) -> Iterator[int]:
        yield from range(2)


def pulled(iterator: Iterator[Any]) -> list[Any]:
    """By next() alone, as the child pulls: iter() would begin some iterators again."""
    found = []
    while True:
        try:
            found.append(next(iterator))
        except StopIteration:
            return found


def epochs(source: Source, n: int) -> list[Any]:
    found = []
    for _ in range(n):
        iterator = source.epoch()
        found.append(None if iterator is None else pulled(iterator))
    return found


@pytest.mark.parametrize(
    ("make", "kind", "expected"),
    [
        pytest.param(batches, "generator-function", [0, 1, 2], id="generator"),
        pytest.param(lambda: map(abs, [-1, -2]), "iterator", [1, 2], id="map"),
        pytest.param(lambda: iter([1]), "iterator", [1], id="list iterator"),
        pytest.param(Restarting, "iterator", [1, 2, 3], id="iterator that begins again"),
        pytest.param(Once, "iterator", [1, 2], id="iterator of one epoch"),
        pytest.param(Iterable, "iterable", [0, 1], id="iterable"),
        pytest.param(lambda: [1, 2], "iterable", [1, 2], id="list"),
        pytest.param(lambda: (np.zeros(2), np.zeros(2)), "iterable", None, id="tuple"),
        pytest.param(lambda: {3}, "iterable", [3], id="set"),
        pytest.param(lambda: range(2), "iterable", [0, 1], id="range"),
        pytest.param(Indexed, "sequence", [0, 1, 2], id="by index"),
        pytest.param(Endless, "sequence", [0, 1, 2, 3], id="by index without a length"),
    ],
)
def test_epochs(make: Any, kind: str, expected: list[Any] | None) -> None:
    """Three epochs, the first from what was made already."""
    calls = []

    def again() -> Any:
        calls.append(1)
        return make()

    source = open_source(make(), again)

    assert source.kind == kind
    first, *others = epochs(source, 3)
    assert expected is None or first == expected
    assert all(len(other) == len(first) for other in others)
    one_shot = kind == "generator-function" or (kind == "iterator" and make is not Restarting)
    assert len(calls) == (2 if one_shot else 0)


@pytest.mark.parametrize(("make", "kind"), [(batches, "generator"), (lambda: iter([1]), "iterator")])
def test_one_epoch_without_another_call(make: Any, kind: str) -> None:
    """A running generator in a module cannot be begun again."""
    source = open_source(make(), None)

    assert source.kind == kind
    assert epochs(source, 3)[1:] == [None, None]


def test_own_iterator_without_another_call() -> None:
    """One that begins again does; another has an empty epoch."""
    assert epochs(open_source(Restarting(), None), 2) == [[1, 2, 3], [1, 2, 3]]
    assert epochs(open_source(Once(), None), 2) == [[1, 2], []]


def test_first_epoch_begins_once() -> None:
    """No batch of the first epoch is lost or made twice."""
    running = Restarting()
    source = open_source(running, Restarting)

    assert epochs(source, 2) == [[1, 2, 3], [1, 2, 3]]
    assert (running.starts, source.owner) == (2, running)


def test_end_of_epoch_is_told() -> None:
    """After the last batch, when the next is asked for; not when the epoch was left early."""
    data = Indexed()
    source = open_source(data, None)

    iterator = source.epoch()
    assert iterator is not None
    assert [next(iterator) for _ in range(3)] == [0, 1, 2]
    assert data.told == ["begin"]
    with pytest.raises(StopIteration):
        next(iterator)
    assert data.told == ["begin", "end"]
    iterator = source.epoch()
    assert iterator is not None
    next(iterator)
    del iterator
    assert data.told == ["begin", "end", "begin"]


def test_length_may_change_with_each_epoch() -> None:
    """As data sets that drop bad files do."""
    data = Indexed()
    source = open_source(data, None)

    assert epochs(source, 1) == [[0, 1, 2]]
    data.length = 1
    assert epochs(source, 2) == [[0], [0]]
    data.length = 0
    assert epochs(source, 1) == [[]]


def test_index_error_of_the_users_own_passes() -> None:
    """Within its length an IndexError is a mistake, not the end."""

    class Wrong(Indexed):
        def __getitem__(self, index: int) -> int:
            return [0, 1][index]

    iterator = open_source(Wrong(), None).epoch()
    assert iterator is not None
    with pytest.raises(IndexError):
        list(iterator)


def test_driver_holds_no_batch() -> None:
    """Only the one who pulls holds a batch; else what is retained would be one batch too much."""

    class Batch:
        pass

    class Batches:
        def __len__(self) -> int:
            return 2

        def __getitem__(self, index: int) -> Batch:
            return Batch()

    class Own(Restarting):
        def __next__(self) -> Any:
            super().__next__()
            return Batch()

    for source, epoch in ((open_source(Batches(), None), 1), (open_source(Own(), None), 2)):
        for _ in range(epoch - 1):
            list(source.epoch() or ())
        iterator = source.epoch()
        assert iterator is not None
        batch = next(iterator)
        gone = weakref.ref(batch)
        del batch
        gc.collect()
        assert gone() is None


def test_close_runs_the_generators_own_end() -> None:
    """Its finally blocks, once."""
    ended = []

    def with_end() -> Iterator[int]:
        try:
            yield 1
            yield 2
        finally:
            ended.append(1)

    source = open_source(with_end(), with_end)
    iterator = source.epoch()
    assert iterator is not None
    next(iterator)
    source.close()
    source.close()
    assert ended == [1]


def test_unfinished_generator_is_closed_before_the_next() -> None:
    """Two of them never live side by side."""
    alive: list[int] = []

    def counted() -> Iterator[int]:
        alive.append(1)
        try:
            yield len(alive)
        finally:
            alive.pop()

    source = open_source(counted(), counted)
    for _ in range(3):
        iterator = source.epoch()
        assert iterator is not None
        assert next(iterator) == 1
    source.close()
    assert alive == []


class WithMethod:
    def size(self) -> int: ...

    def flow(self) -> Iterator[int]:
        yield 1


async def coroutine() -> None: ...


class NoAsyncIterator:
    async def __anext__(self) -> int:
        return 1


class CallableOnly:
    def __call__(self) -> Any: ...


class NextOnly:
    def __next__(self) -> int:
        return 1


@pytest.mark.parametrize(
    ("make", "said", "hint"),
    [
        pytest.param(lambda: None, "gives None", "lack a yield", id="None"),
        pytest.param(lambda: "text", "a str", "drives generators", id="text"),
        pytest.param(lambda: b"raw", "a bytes", "drives generators", id="bytes"),
        pytest.param(lambda: 5, "an int", "drives generators", id="number"),
        pytest.param(lambda: gc, "a module", "drives generators", id="module"),
        pytest.param(lambda: {"x": np.zeros(3)}, "a dict", "this is data", id="dict"),
        pytest.param(lambda: np.zeros((3, 2)), "a numpy.ndarray", "--driver iterable", id="array"),
        pytest.param(lambda: pd.DataFrame({"a": [1]}), "a pandas.DataFrame", "this is data", id="frame"),
        pytest.param(lambda: Image.new("L", (2, 2)), "a PIL.Image", "drives generators", id="image"),
        pytest.param(lambda: batches, "a function", "add parentheses", id="function"),
        pytest.param(lambda: Indexed, "a type", "add parentheses", id="class"),
        pytest.param(CallableOnly, "CallableOnly", "add parentheses", id="callable"),
        pytest.param(NextOnly, "NextOnly", "no __iter__", id="next only"),
        pytest.param(coroutine, "gives None", "lack a yield", id="coroutine"),
        pytest.param(NoAsyncIterator, "NoAsyncIterator", "no __aiter__", id="async next only"),
        pytest.param(WithMethod, "WithMethod", "name it, WithMethod.flow", id="method"),
        pytest.param(object, "an object", "drives generators", id="object"),
    ],
)
def test_refusals(make: Any, said: str, hint: str) -> None:
    """What came back, and what to do."""
    with pytest.raises(Refusal) as caught:
        open_source(make(), make)

    assert (caught.value.slug, caught.value.exit_code) == ("not-drivable", 3)
    assert said in caught.value.message
    assert hint in caught.value.hint


def test_forced_driver() -> None:
    """--driver wins over the shape."""
    assert epochs(open_source(np.eye(2).tolist(), None, "sequence"), 1) == [[[1, 0], [0, 1]]]
    assert len(epochs(open_source(np.zeros((3, 2)), None, "iterable"), 1)[0]) == 3
    assert open_source(batches(), None, "generator-function").kind == "generator"
    assert open_source(Indexed(), None, "keras-dataset").kind == "keras-dataset"
    assert epochs(open_source(array.array("i", [5]), None, "iterable"), 1) == [[5]]


@pytest.mark.parametrize(
    ("result", "driver", "slug", "said"),
    [
        (batches(), "keras", "unknown-driver", "did you mean keras-dataset?"),
        (batches(), "zzz", "unknown-driver", "no such driver"),
        (batches(), "sequence", "driver-does-not-fit", "cannot drive a generator"),
        ([1], "generator", "driver-does-not-fit", "cannot drive a list"),
        ([1], "iterator", "driver-does-not-fit", "cannot drive a list"),
        (None, "iterable", "driver-does-not-fit", "cannot drive None"),
    ],
)
def test_wrong_drivers(result: Any, driver: str, slug: str, said: str) -> None:
    """Unknown ones are listed; one that cannot work says so."""
    with pytest.raises(Refusal) as caught:
        open_source(result, None, driver)

    assert (caught.value.slug, caught.value.exit_code) == (slug, 2)
    assert said in caught.value.message
    assert slug != "unknown-driver" or all(name in caught.value.hint for name in NAMES)


def test_driver_names_are_different() -> None:
    """One name, one driver."""
    assert len(set(NAMES)) == len(DRIVERS)


def test_frameworks_are_told_by_name() -> None:
    """A class of the same name from elsewhere is driven by its own shape."""

    class PyDataset(Indexed):
        pass

    class DataLoader(Iterable):
        pass

    assert open_source(PyDataset(), None).kind == "sequence"
    assert open_source(DataLoader(), None).kind == "iterable"


@pytest.fixture(scope="module")
def keras() -> ModuleType:
    found: ModuleType = pytest.importorskip("keras")
    return found


@pytest.mark.tensorflow
def test_keras_dataset(keras: Any) -> None:
    """By index, with its events; the base class counts the batches."""

    class Images(keras.utils.PyDataset):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.ends = 0

        def __len__(self) -> int:
            return 2

        def __getitem__(self, index: int) -> int:
            return index

        def on_epoch_end(self) -> None:
            self.ends += 1

    data = Images()
    source = open_source(data, None)

    assert source.kind == "keras-dataset"
    assert epochs(source, 3) == [[0, 1]] * 3
    assert data.ends == 3


@pytest.mark.tensorflow
@pytest.mark.process
def test_keras_dataset_with_workers(keras: Any) -> None:
    """Batches come from its processes, in order, in each epoch; an epoch that is left early takes its workers along."""

    class Images(keras.utils.PyDataset):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__(workers=2, use_multiprocessing=True, max_queue_size=3)

        def __len__(self) -> int:
            return 6

        def __getitem__(self, index: int) -> tuple[int, int]:
            return index, os.getpid()

    source = open_source(Images(), None)
    left = source.epoch()
    assert left is not None
    assert next(left)[0] == 0
    left.close()  # type: ignore[attr-defined]
    for epoch in epochs(source, 2):
        assert [index for index, _ in epoch] == list(range(6))
        assert os.getpid() not in {pid for _, pid in epoch}
    source.close()
    deadline = time.monotonic() + 20
    while multiprocessing.active_children() and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not multiprocessing.active_children()


@pytest.mark.tensorflow
def test_keras_dataset_with_threads(keras: Any) -> None:
    """Two threads and more fill a queue, as ``fit`` has them; one makes no batch ahead, as ``fit`` does by default."""

    class Images(keras.utils.PyDataset):  # type: ignore[misc,name-defined]
        def __len__(self) -> int:
            return 3

        def __getitem__(self, index: int) -> tuple[int, str]:
            return index, threading.current_thread().name

    here = threading.current_thread().name
    source = open_source(Images(workers=2, max_queue_size=5), None)
    (made,) = epochs(source, 1)
    usual = open_source(Images(), None)

    assert [index for index, _ in made] == [0, 1, 2]
    assert here not in {name for _, name in made}
    assert source.queue_batches() == 5
    assert source.workers() == (2, "workers=2, use_multiprocessing=False, max_queue_size=5")
    source.close()
    assert epochs(usual, 1) == [[(0, here), (1, here), (2, here)]]
    assert (usual.queue_batches(), usual.workers()) == (None, (None, ""))


def test_workers_of_a_keras_2_are_told_by_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its data sets know nothing of them, and its enqueuer is told of the queue when it starts."""
    told: list[Any] = []

    class Enqueuer:
        def __init__(self, data: Any, *, use_multiprocessing: bool) -> None:
            told.append(use_multiprocessing)
            self.data = data

        def start(self, workers: int, max_queue_size: int) -> None:
            told.extend([workers, max_queue_size])

        def get(self) -> Iterator[Any]:
            yield from (self.data[at] for at in range(3))

        def stop(self) -> None:
            told.append("stopped")

    library = ModuleType("tf_keras.src.utils.data_utils")
    library.OrderedEnqueuer = Enqueuer  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, library.__name__, library)
    sequence = type("Sequence", (), {"__module__": "tf_keras.src.utils.data_utils", "__len__": lambda _: 3})

    class Images(sequence):  # type: ignore[misc,valid-type]
        def __getitem__(self, index: int) -> int:
            return index

    source = open_source(Images(), None)
    source.told = {"workers": 4, "max_queue_size": 7}

    assert epochs(source, 1) == [[0, 1, 2]]
    assert told == [False, 4, 7, "stopped"]
    assert source.queue_batches() == 7


@pytest.mark.tensorflow
def test_endless_keras_dataset(keras: Any) -> None:
    """Without a number of batches there is no end."""

    class Images(keras.utils.PyDataset):  # type: ignore[misc,name-defined]
        num_batches = None

        def __getitem__(self, index: int) -> int:
            return index

    iterator = open_source(Images(), None).epoch()

    assert iterator is not None
    assert [next(iterator) for _ in range(50)][-1] == 49


@pytest.mark.tensorflow
def test_keras_image_iterator(keras: Any) -> None:
    """What ImageDataGenerator.flow gives: a PyDataset that is an iterator too."""
    from keras.src.legacy.preprocessing.image import ImageDataGenerator

    source = open_source(ImageDataGenerator().flow(np.zeros((5, 8, 8, 3)), batch_size=2), None)

    assert source.kind == "keras-dataset"
    assert [[batch.shape[0] for batch in epoch] for epoch in epochs(source, 2)] == [[2, 2, 1]] * 2


@pytest.mark.tensorflow
def test_tensorflow_dataset() -> None:
    """Iterated over anew; an iterator made of one runs once."""
    tf = pytest.importorskip("tensorflow")
    data = tf.data.Dataset.range(4).batch(2)

    source = open_source(data, None)
    assert source.kind == "tf-dataset"
    assert [[batch.numpy().tolist() for batch in epoch] for epoch in epochs(source, 2)] == [[[0, 1], [2, 3]]] * 2
    assert open_source(iter(data), None).kind == "iterator"
    assert open_source(data.as_numpy_iterator(), None).kind == "iterator"
    with pytest.raises(Refusal, match=r"EagerTensor"):
        open_source(tf.zeros((3, 2)), None)


@pytest.mark.tensorflow
def test_tensorflow_stages_tell_items_from_batches() -> None:
    """By the stages; what functions of the user's give is not known."""
    tf = pytest.importorskip("tensorflow")
    rows = tf.data.Dataset.from_tensor_slices(tf.zeros((8, 3, 4)))
    made = tf.data.Dataset.from_generator(lambda: iter(()), output_signature=tf.TensorSpec((None, 3), tf.int64))
    found = [
        open_source(pipeline, None).gives_batches()
        for pipeline in (
            rows.map(lambda row: row * 2).shuffle(4).prefetch(1),
            rows.batch(2).map(lambda row: row * 2).cache(),
            rows.padded_batch(2),
            rows.batch(2).unbatch(),
            tf.data.Dataset.zip((rows, rows)),
            tf.data.Dataset.zip((rows, rows)).batch(2),
            rows.window(2).flat_map(lambda window: window.batch(2)),
            made,
            made.batch(2),
        )
    ]
    assert found == [False, True, True, False, False, True, None, None, True]
    assert open_source([1, 2], None).gives_batches() is None


@pytest.mark.tensorflow
def test_tensorflow_stages_of_a_model() -> None:
    """What the source itself does not say, its consumer does."""
    tf = pytest.importorskip("tensorflow")
    made = tf.data.Dataset.from_generator(lambda: iter(()), output_signature=tf.TensorSpec((None, 3), tf.int64))
    sources = [open_source(each, None) for each in ([1, 2], made, tf.data.Dataset.range(4))]
    for source in sources:
        source.takes_batches = True

    assert [source.gives_batches() for source in sources] == [True, True, False]


@pytest.mark.tensorflow
def test_tensorflow_shuffle_buffers() -> None:
    """Items, whatever an element of a stage is; nothing is made to learn it."""
    tf = pytest.importorskip("tensorflow")
    numbers = tf.data.Dataset.range(9).map(lambda number: tf.zeros(99) + tf.cast(number, tf.float32))

    def refuse() -> Iterator[int]:
        raise AssertionError("an element was made")

    made = tf.data.Dataset.from_generator(refuse, output_signature=tf.TensorSpec((), tf.int64))
    found = [
        open_source(pipeline, None).buffer_items()
        for pipeline in (
            made.shuffle(256).batch(8).prefetch(2),
            numbers.batch(8).shuffle(10),
            tf.data.Dataset.zip((numbers.shuffle(5), numbers.shuffle(6))).batch(2),
            numbers.batch(4).unbatch().shuffle(7).repeat(),
            numbers.shuffle(4).concatenate(numbers),
            numbers.batch(2),
        )
    ]

    assert found == [256, 80, 11, 7, 4, None]


@pytest.mark.tensorflow
def test_tensorflow_buffers_of_names_hold_no_items() -> None:
    """Names of files that are mixed before they are read are an index; what was read of them, and rows, are not."""
    tf = pytest.importorskip("tensorflow")
    names = tf.data.Dataset.from_tensor_slices((["a", "b"], [0, 1]))
    rows = tf.data.Dataset.from_tensor_slices([[0.0] * 99] * 3)
    found = [
        open_source(pipeline, None).buffer_items()
        for pipeline in (
            names.shuffle(9).map(lambda name, label: (tf.io.read_file(name), label)).batch(2),
            names.take(2).repeat().shuffle(9).batch(2),
            tf.data.Dataset.zip((names, tf.data.Dataset.range(2))).shuffle(9),
            tf.data.Dataset.from_tensor_slices({"name": ["a"], "label": [1]}).shuffle(9),
            names.map(lambda name, label: tf.io.read_file(name)).shuffle(9),
            rows.shuffle(9),
            tf.data.Dataset.zip((names, rows)).shuffle(9),
        )
    ]

    assert found == [None, None, None, None, 9, 9, 9]


@pytest.mark.torch
def test_torch() -> None:
    """Loaders and both kinds of data sets."""
    data = pytest.importorskip("torch.utils.data")
    torch = pytest.importorskip("torch")

    class Mapped(data.Dataset):  # type: ignore[misc,name-defined]
        def __len__(self) -> int:
            return 3

        def __getitem__(self, index: int) -> int:
            return index

    class Streamed(data.IterableDataset):  # type: ignore[misc,name-defined]
        def __iter__(self) -> Iterator[int]:
            return iter(range(2))

    loader = open_source(data.DataLoader(Mapped(), batch_size=2), None)
    assert loader.kind == "torch-loader"
    assert [[batch.tolist() for batch in epoch] for epoch in epochs(loader, 2)] == [[[0, 1], [2]]] * 2
    mapped, streamed = open_source(Mapped(), None), open_source(Streamed(), None)
    assert (mapped.kind, streamed.kind) == ("torch-dataset", "torch-dataset")
    assert epochs(mapped, 2) == [[0, 1, 2]] * 2
    assert epochs(streamed, 2) == [[0, 1]] * 2
    with pytest.raises(Refusal, match=r"torch.Tensor"):
        open_source(torch.zeros(3), None)
