"""Calls that take sources, on libraries of the same shape as the real ones: what is handed over, and what goes on."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import genaudit
from genaudit.recorder.child.script.consumers import Consumers
from genaudit.recorder.child.script.found import Found

KERAS = """
class Trainer:
    def fit(self, x=None, y=None, batch_size=None, epochs=1, validation_data=None, steps_per_epoch=None,
            validation_steps=None):
        raise AssertionError("a step would be trained")
    def evaluate(self, x=None, y=None, steps=None):
        return ["evaluated", steps]
    def train_on_batch(self, x, y=None):
        return "trained"

class Model(Trainer):
    pass
"""
TORCH = """
class DataLoader:
    def __init__(self, n):
        self.n = n
    def __iter__(self):
        return iter(range(self.n))
"""


class Taken:
    """What was handed over, and the steps that were told."""

    def __init__(self) -> None:
        self.found: list[Found] = []
        self.steps: list[str] = []
        self.feeding: Found | None = None
        self.then: Callable[[], object] = lambda: None

    def take(self, found: list[Found]) -> None:
        """Take what is handed over, and do what the test wants done then."""
        self.found += found
        self.then()

    def step(self, call: str, feeding: Found | None) -> None:
        """A step of the script's own."""
        self.steps.append(call)
        self.feeding = feeding

    @property
    def told(self) -> list[tuple[str, str, int | None]]:
        """Who took each, as what, in how many steps."""
        return [(each.consumer, each.role, each.steps) for each in self.found]


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, write: Callable[[str, str], Path]) -> Iterator[Taken]:
    """Consumers are installed, and libraries can be imported."""
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(genaudit, "_consumer", None)
    for name in [name for name in sys.modules if name.partition(".")[0] in {"tf_keras", "torch"}]:
        monkeypatch.delitem(sys.modules, name)
    for package in ("tf_keras", "tf_keras/src", "tf_keras/src/engine", "torch", "torch/utils", "torch/utils/data"):
        write(f"{package}/__init__.py", "")
    write("tf_keras/src/engine/training.py", KERAS)
    write("torch/utils/data/dataloader.py", TORCH)
    made = Taken()
    Consumers(made.take, made.step).install()
    yield made
    for name in [name for name in sys.modules if name.partition(".")[0] in {"tf_keras", "torch"}]:
        del sys.modules[name]


def model() -> Any:
    """A model of the library."""
    from tf_keras.src.engine.training import Model

    return Model()


def test_fit(taken: Taken) -> None:
    """By place or by name; what it validates with is another source, unless it is data as a whole."""
    model().fit([], None, 8, 3, validation_data=iter([]), steps_per_epoch=20, validation_steps=5)
    model().fit(x=(), validation_data=("images", "labels"))

    assert taken.told == [
        ("Model.fit", "", 20),
        ("Model.fit", "validation_data", 5),
        ("Model.fit", "", None),
    ]


def test_what_fit_gives_where_nothing_is_trained(taken: Taken) -> None:
    """A script that comes to another source reads its history."""
    history = model().fit([])

    assert history.history["val_loss"][-1] == 0
    assert len(taken.found) == 1


def test_evaluate_goes_on_with_a_batch(taken: Taken) -> None:
    """Its figures have the shape that the script expects."""
    assert model().evaluate([], steps=30) == ["evaluated", 1]
    assert taken.told == [("Model.evaluate", "", 30)]


def test_a_call_that_is_gone(taken: Taken) -> None:
    """Says what to write, and hands its generator over all the same."""
    model().fit_generator([], 7, validation_data=iter([]))
    scores = model().evaluate_generator(iter([]), 9)

    assert [(consumer.partition(",")[0], role, steps) for consumer, role, steps in taken.told] == [
        ("Model.fit_generator", "", 7),
        ("Model.fit_generator", "validation_data", None),
        ("Model.evaluate_generator", "", 9),
    ]
    assert "which this Keras has not: write Model.fit" in taken.told[0][0]
    assert scores == ["evaluated", 1]


def test_a_loop_over_a_loader(taken: Taken) -> None:
    """It goes on with a batch; what other loaders make of it is a loop over those."""
    from torch.utils.data.dataloader import DataLoader

    class Mine(DataLoader):
        def __iter__(self) -> Iterator[int]:
            yield from super().__iter__()

    class Endless(DataLoader):
        def __init__(self, n: int) -> None:
            super().__init__(n)
            self.iterator = super().__iter__()

        def __iter__(self) -> Iterator[int]:
            yield from self.iterator

    mine, endless = Mine(4), Endless(4)
    assert taken.found == []
    assert [list(DataLoader(3)), list(mine), list(endless)] == [[0], [0], [0]]
    assert [each.value for each in taken.found[1:]] == [mine, endless]


def test_a_library_that_looks_at_the_data_first(taken: Taken, write: Callable[[str, str], Path]) -> None:
    """Goes over it whole, and is no consumer: the training comes after."""
    from torch.utils.data.dataloader import DataLoader

    path = write("lightning/loops.py", "def _run_sanity_check(loader):\n    return list(loader)\n")
    names: dict[str, Callable[[object], list[int]]] = {}
    exec(compile(path.read_text(), str(path), "exec"), names)

    assert names["_run_sanity_check"](DataLoader(3)) == [0, 1, 2]
    assert taken.found == []


def test_source(taken: Taken) -> None:
    """The mark for a loop of one's own."""
    assert list(genaudit.source(range(5), steps=2)) == [0]
    assert taken.told == [("genaudit.source", "", 2)]


def test_a_call_within_a_call(taken: Taken) -> None:
    """Is the consumer's own: what drives the source meets no consumer again."""
    from torch.utils.data.dataloader import DataLoader

    inside: list[int] = []
    taken.then = lambda: inside.extend(DataLoader(3))

    list(genaudit.source(range(5)))

    assert inside == [0, 1, 2]
    assert len(taken.found) == 1


def test_a_step_that_a_script_makes_itself(taken: Taken) -> None:
    """Is told before it is made."""
    assert model().train_on_batch([1]) == "trained"
    assert taken.steps == ["Model.train_on_batch"]


def test_elsewhere_a_source_is_what_it_was() -> None:
    """The very same object."""
    batches = iter([1])

    assert genaudit.source(batches) is batches


def test_what_keeps_the_batches_of_a_loader(taken: Taken) -> None:
    """A cycle and a list are driven as they are; a bar or a count keeps nothing."""
    from itertools import cycle

    from torch.utils.data.dataloader import DataLoader

    loader = DataLoader(3)
    next(cycle(loader))
    next(iter(enumerate(loader)))
    list(loader)

    assert [each.kept_by for each in taken.found] == ["cycle", "", "list"]


@pytest.mark.parametrize("steps", [False, True])
def test_a_generator_that_goes_over_a_loader(taken: Taken, steps: bool) -> None:
    """It may be the source, which a step shows; without one its loader is, after a few batches."""
    from torch.utils.data.dataloader import DataLoader

    loader = DataLoader(20)

    def doubled() -> Iterator[int]:
        for number in loader:
            yield 2 * number

    got = []
    for number in doubled():
        got.append(number)
        if steps and number == 2:
            model().train_on_batch(number)

    assert (taken.feeding is not None and taken.feeding.value is loader) is steps
    assert got == [0, 2, 4, 6]
    assert [each.value for each in taken.found] == [loader]
