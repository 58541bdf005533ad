"""Sources that an ``async for`` pulls from, with an event loop of their own in the target's process."""

from __future__ import annotations

from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.static_inspect import has
from genaudit.recorder.child.guard.user_calls import calls_target
from genaudit.recorder.child.sources import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from collections.abc import Coroutine, Iterator
    from typing import Any

    from genaudit.recorder.child.sources import Again

_loops: list[asyncio.AbstractEventLoop] = []
"""The one of this process, where anything has asked for it: all that is awaited shares it, as in a program."""


def open_asynchronous(result: Any, again: Again) -> Source | None:
    """The source for what ``async for`` takes."""
    for candidate in (AsyncGeneratorSource, AsyncSource):
        if candidate.fits(result):
            return candidate(result, again)
    return None


@calls_target
def awaited(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """What comes of a coroutine."""
    return _loop().run_until_complete(coroutine)


class AsyncSource(Source):
    """What ``async for`` can iterate over again and again."""

    kind = "async-iterable"

    def __init__(self, result: Any, again: Again) -> None:
        super().__init__(result, again)
        self._puller: _Puller | None = None

    def epoch(self) -> Iterator[Any] | None:
        """The batches of one ``async for``."""
        self._stop()
        self._puller = _Puller(self.owner)
        return _batches(self._puller)

    @property
    def running(self) -> Any:
        """The asynchronous iterator of this epoch, where that is not what was given."""
        iterator = self._puller.iterator if self._puller is not None else None
        return None if iterator is self.owner else iterator

    @calls_target
    def close(self) -> None:
        """End what is suspended, and the event loop with all that still goes on in it."""
        self._stop()
        super().close()
        _close_loop()

    def _stop(self) -> None:
        if self._puller is not None:
            self._puller.close()
            self._puller = None

    @classmethod
    def fits(cls, result: Any) -> bool:
        """Anything that ``async for`` takes, unless ``for`` takes it too."""
        return has(result, "__aiter__") and not has(result, "__iter__")


class AsyncGeneratorSource(AsyncSource):
    """An asynchronous generator runs once; another epoch is another call of its function."""

    kind = "async-generator"

    def epoch(self) -> Iterator[Any] | None:
        """The generator itself, then fresh ones."""
        if not self._first:
            if self._again is None:
                return None
            self._stop()
            # The old one goes before the next is made, as at the end of a loop.
            self.owner = None
            self.owner = self._again()
        self._first = False
        return super().epoch()

    @classmethod
    def fits(cls, result: Any) -> bool:
        """Anything with the methods of an asynchronous generator."""
        return has(result, "__anext__", "asend", "aclose")


class _Puller:
    """Pulls batch after batch in one task, as the loop of a program does: cancel scopes and context belong to a task.

    Args:
        source: What is iterated over.
    """

    def __init__(self, source: Any) -> None:
        with OwnImports():
            import asyncio
        self._loop = _loop()
        self._source = source
        self._asked = asyncio.Event()
        self.iterator: Any = None
        self._is_over = False
        self._got: list[Any] = []
        self._task = self._loop.create_task(self._pull())

    @calls_target
    def next(self) -> list[Any]:
        """The next batch, alone in a list; an empty list at the end."""
        if self._task.done():
            return []
        self._asked.set()
        while not self._got and not self._task.done():
            self._loop.run_forever()
        if self._task.done():
            self._task.result()
        got, self._got = self._got, []
        return got

    @calls_target
    def close(self) -> None:
        """Close the iterator in the task that it ran in."""
        self._is_over = True
        self.next()

    @calls_target
    async def _pull(self) -> None:
        try:
            await self._asked.wait()
            self.iterator = self._source.__aiter__()
            while not self._is_over:
                self._asked.clear()
                try:
                    self._got.append(await self.iterator.__anext__())
                except StopAsyncIteration:
                    break
                self._loop.stop()
                await self._asked.wait()
            if has(self.iterator, "aclose"):
                await self.iterator.aclose()
        finally:
            self._source = self.iterator = None
            self._loop.stop()


@calls_target
def _batches(puller: _Puller) -> Iterator[Any]:
    while got := puller.next():
        # Without a name here, so that only the caller holds the batch.
        yield got.pop()


def _loop() -> asyncio.AbstractEventLoop:
    with OwnImports():
        import asyncio
    if not _loops:
        _loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(_loops[0])
    return _loops[0]


@calls_target
def _close_loop() -> None:
    """End the loop as ``asyncio.run`` does: what still goes on is cancelled, and gets a last turn."""
    with OwnImports():
        import asyncio
    if not _loops:
        return
    loop = _loops.pop()
    try:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        asyncio.set_event_loop(None)
        loop.close()
