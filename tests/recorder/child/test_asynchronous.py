"""What `async for` takes is driven in an event loop of its own, in one task, and ended as asyncio ends it."""

import asyncio
import contextvars
import gc
import weakref
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from genaudit.recorder.child.drivers import open_source

told: list[object] = []
setting: contextvars.ContextVar[int] = contextvars.ContextVar("setting")


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    told.clear()
    yield
    gc.collect()


async def batches(n: int = 3) -> AsyncIterator[int]:
    task = asyncio.current_task()
    setting.set(n)
    try:
        for index in range(n):
            await asyncio.sleep(0)
            yield index
    finally:
        await asyncio.sleep(0)
        told.append(("same task", asyncio.current_task() is task, setting.get()))


class Iterable:
    """Begins anew with each `async for`; a task beside it goes on for as long as it is pulled."""

    def __aiter__(self) -> "Iterable":
        self.left = 2
        self.beside = asyncio.get_event_loop().create_task(self.wait())
        return self

    async def wait(self) -> None:
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            told.append("cancelled")
            raise

    async def __anext__(self) -> int:
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        return await asyncio.to_thread(abs, -self.left)


def epochs(source: Any, n: int) -> list[list[int] | None]:
    made = (source.epoch() for _ in range(n))
    return [None if iterator is None else list(iterator) for iterator in made]


def test_generator_is_driven_epoch_after_epoch() -> None:
    """Each of them from a fresh one."""
    source = open_source(batches(), batches)

    assert source.kind == "async-generator"
    assert epochs(source, 2) == [[0, 1, 2], [0, 1, 2]]
    source.close()
    assert told == [("same task", True, 3)] * 2


def test_generator_without_a_function_runs_once() -> None:
    """As one that is not asynchronous."""
    source = open_source(batches(), None)
    assert epochs(source, 2) == [[0, 1, 2], None]
    source.close()


def test_suspended_generator_is_closed() -> None:
    """In its own task, where its cancel scopes and its context are."""
    source = open_source(batches(), batches)
    iterator = source.epoch()
    assert iterator is not None
    assert next(iterator) == 0
    source.close()

    assert told == [("same task", True, 3)]
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()


def test_iterable_is_driven_epoch_after_epoch() -> None:
    """And what it left going is cancelled at the end, as asyncio.run does."""
    source = open_source(Iterable(), None)

    assert source.kind == "async-iterable"
    assert epochs(source, 2) == [[1, 0], [1, 0]]
    source.close()
    assert told == ["cancelled"] * 2


def test_coroutine_is_awaited() -> None:
    """What comes of it is driven; another epoch awaits another."""

    async def make() -> Any:
        await asyncio.sleep(0)
        told.append("made")
        return iter([1, 2])

    source = open_source(make(), make)
    assert source.kind == "iterator"
    assert epochs(source, 2) == [[1, 2], [1, 2]]
    assert told == ["made"] * 2


def test_what_it_raises_is_raised() -> None:
    """After the batches that there were."""

    async def fails() -> AsyncIterator[int]:
        yield 1
        raise KeyError("gone")

    source = open_source(fails(), fails)
    iterator = source.epoch()
    assert iterator is not None
    assert next(iterator) == 1
    with pytest.raises(KeyError, match="gone"):
        next(iterator)
    source.close()


def test_no_batch_is_kept() -> None:
    """Of what was handed over, only who has it holds it."""

    class Batch: ...

    async def objects() -> AsyncIterator[Batch]:
        for _ in range(3):
            yield Batch()

    source = open_source(objects(), objects)
    alive = []
    for batch in source.epoch() or ():
        alive.append(weakref.ref(batch))
        del batch
        assert [ref() for ref in alive] == [None] * len(alive)
    source.close()
    assert len(alive) == 3


def test_what_an_epoch_runs_over_can_be_walked() -> None:
    """A generator that `__aiter__` makes holds what it keeps; of one that was given there is no other."""

    class Made:
        async def __aiter__(self) -> AsyncIterator[int]:
            yield 1

    source = open_source(Made(), None)
    assert next(source.epoch() or iter(())) == 1
    assert type(source.running).__name__ == "async_generator"
    source.close()
    assert source.running is None

    given = open_source(batches(), batches)
    assert next(given.epoch() or iter(())) == 0
    assert given.running is None
    given.close()
