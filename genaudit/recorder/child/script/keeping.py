"""Calls that go over a loader and keep all that it gives: ``itertools.cycle``, ``list`` and ``tuple``."""

from __future__ import annotations

from itertools import cycle

from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.static_inspect import attributes_of
from genaudit.recorder.child.guard.user_calls import calls_target
from genaudit.recorder.child.script.found import variable
from genaudit.recorder.child.script.loops import nodes_of
from genaudit.recorder.child.sources import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import Any

_KEEPING: dict[str, Callable[[Any], Any]] = {"cycle": cycle, "list": list, "tuple": tuple}


class KeptSource(Source):
    """What such a call makes of a loader: an epoch is once through the loader, though a cycle has no end.

    Args:
        called: The call.
        inner: The loader, as it would be driven without it.
    """

    def __init__(self, called: str, inner: Source) -> None:
        super().__init__(inner.owner, None)
        self._called = called
        self._inner = inner
        self._length: int | None = None
        """Batches that the loader gave, once it has ended."""
        self._next: list[Any] = []
        self.epoch_length = inner.epoch_length  # type: ignore[method-assign]
        self.buffer_items = inner.buffer_items  # type: ignore[method-assign]
        self.gives_batches = inner.gives_batches  # type: ignore[method-assign]
        self.queue_batches = inner.queue_batches  # type: ignore[method-assign]
        self.workers = inner.workers  # type: ignore[method-assign]

    @calls_target
    def epoch(self) -> Iterator[Any]:
        """The list anew, or the next round of the cycle."""
        if _KEEPING[self._called] is cycle:
            if self.running is None:
                self.running = cycle(self._once())
            return self._round()
        self.running = None
        self.running = iter(_KEEPING[self._called](self._inner.epoch()))
        return self.running  # type: ignore[no-any-return]

    @calls_target
    def _once(self) -> Iterator[Any]:
        n_batches = 0
        iterator = self._inner.epoch()
        while iterator is not None:
            try:
                # Without a name here, so that nothing but the cycle keeps the batch.
                yield next(iterator)
            except StopIteration:
                break
            n_batches += 1
        self._length = n_batches

    @calls_target
    def _round(self) -> Iterator[Any]:
        n_batches = 0
        while self._length is None or n_batches < self._length:
            if not self._next:
                self._next.append(next(self.running))
            if self._length is not None and n_batches >= self._length:
                # The loader has ended meanwhile: that batch is the first one again.
                return
            n_batches += 1
            yield self._next.pop()

    @calls_target
    def close(self) -> None:
        """Let go of what it has kept, too."""
        super().close()
        self.running = None
        self._next.clear()
        self._inner.close()


def keeping_call(frame: FrameType, loader: Any) -> str:
    """The call that goes over a loader where a frame is, and keeps what it gives; empty without one.

    Args:
        frame: Of the user's, with the call in its line.
        loader: What is gone over; the call has it by its name.
    """
    calls = _calls_at(frame.f_code.co_filename, frame.f_lineno)
    return next((called for called, argument in calls if _value(frame, argument) is loader), "")


def _calls_at(path: str, line: int) -> list[tuple[str, Any]]:
    """Calls of that kind on a line, with what each is given."""
    with OwnImports():
        import ast
    found = []
    for node in nodes_of(path):
        if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or 0) and len(node.args) == 1:
            called = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
            if called in _KEEPING:
                found.append((called, node.args[0]))
    return found


def _value(frame: FrameType, argument: Any) -> Any:
    """Of a variable, or of an attribute that an object stores; ``None`` for anything else."""
    name = getattr(argument, "id", None)
    if name is not None:
        return variable(frame, name)
    owner = getattr(argument, "value", None)
    attribute = getattr(argument, "attr", None)
    return None if owner is None or attribute is None else attributes_of(_value(frame, owner)).get(attribute)
