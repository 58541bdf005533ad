"""A source knows the line that hands it over, and what it is called there."""

import sys
from collections.abc import Iterator

import pytest

from genaudit.recorder.child.script.found import Found, users_frame


def batches() -> Iterator[int]:
    """A generator of the user's."""
    yield 1


def placed(value: object) -> Found:
    """One that a function of the user's hands over."""
    made = Found(value, "a loop")
    made.place(sys._getframe(1))
    return made


def test_its_name_is_that_of_the_outermost_function() -> None:
    """What a helper calls its parameter says less."""

    def train(loader: object) -> Found:
        return placed(loader)

    train_loader = [1]
    assert train(train_loader).name == "train_loader"


def test_a_generator_without_a_name() -> None:
    """Is called by its function."""
    assert placed(batches()).name == "batches"
    assert placed(iter([])).label == "list_iterator"


def test_variables_are_let_go() -> None:
    """The table of variables that a frame makes would keep them alive."""
    large = [bytes(10)]
    before = sys.getrefcount(large)

    placed(iter([]))

    assert sys.getrefcount(large) == before


def test_an_epoch_later_it_is_the_same() -> None:
    """On the same line: the same loader, or another run of the generator."""
    first, second = [placed(batches()) for _ in range(2)]
    assert first.is_as(second)
    one, other = [placed(value) for value in ([1], [2])]
    assert not one.is_as(other)


def test_it_is_asked_for_by_words() -> None:
    """Its number, its name, what it is for."""
    made = Found([], "Model.fit", "validation_data")
    made.number, made.name = 2, "val"

    assert made.words == {"2", "val", "validation_data", "Model.fit"}


def test_the_frame_is_the_users() -> None:
    """That of a loader's own __iter__ is not the loop."""

    class Loader:
        def __iter__(self) -> Iterator[object]:
            yield users_frame()

    (frame,) = Loader()
    assert frame is not None
    assert frame.f_code.co_name == "test_the_frame_is_the_users"


@pytest.mark.parametrize(("consumer", "batched"), [("Model.predict", True), ("a loop over a DataLoader", False)])
def test_a_model_takes_batches(consumer: str, batched: bool) -> None:
    """A loop may go over single items."""
    assert Found([], consumer).is_of_keras is batched
