"""What stands in for something that is iterated."""

import types
from typing import Any

import pytest

from genaudit.recorder.child.watch.wrap import watched


class _Told:
    """In place of a watch: counts what it is told."""

    def __init__(self) -> None:
        self.n_batches = self.n_ends = self.n_failures = 0

    def pull(self, _number: int, _iterator: Any, call: Any, *arguments: Any) -> Any:
        try:
            batch = call(*arguments)
        except StopIteration:
            self.n_ends += 1
            raise
        except BaseException:
            self.n_failures += 1
            raise
        self.n_batches += 1
        return batch


class _Loader:
    batch_size = 4

    def __len__(self) -> int:
        return 3

    def __iter__(self) -> Any:
        return iter([1, 2, 3])

    def __getitem__(self, at: int) -> int:
        return at * 10


def test_a_loader_is_all_that_it_was() -> None:
    """Length, entries, attributes, class; and each epoch is told."""
    told, loader = _Told(), _Loader()
    one: Any = watched(told, 1, loader)  # type: ignore[arg-type]
    assert (len(one), one[2], one.batch_size, isinstance(one, _Loader)) == (3, 20, 4, True)
    one.batch_size = 8
    assert loader.batch_size == 8
    assert [list(one), list(one)] == [[1, 2, 3], [1, 2, 3]]
    assert (told.n_batches, told.n_ends) == (6, 2)


def test_a_generator_is_one_still() -> None:
    """It is sent to, thrown into and closed as it is without."""

    def numbers() -> Any:
        got = yield 1
        try:
            yield got
        except KeyError:
            yield "caught"

    one = watched(_Told(), 1, numbers())  # type: ignore[arg-type]
    assert isinstance(one, types.GeneratorType)
    assert (next(one), one.send("sent"), one.throw(KeyError("no"))) == (1, "sent", "caught")
    one.close()
    assert list(one) == []


def test_what_is_raised_passes() -> None:
    """And is no end of an epoch."""

    def broken() -> Any:
        yield 1
        raise ValueError("broken")

    told = _Told()
    one = watched(told, 1, broken())  # type: ignore[arg-type]
    next(one)
    with pytest.raises(ValueError, match="broken"):
        next(one)
    assert (told.n_ends, told.n_failures) == (0, 1)


def test_no_batch_is_kept() -> None:
    """A loop that lets go of a batch frees it."""
    import weakref

    class Batch: ...

    one = watched(_Told(), 1, (Batch() for _ in range(3)))  # type: ignore[arg-type]
    batch = next(one)
    gone = weakref.ref(batch)
    del batch
    assert gone() is None
