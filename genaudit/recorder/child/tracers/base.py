"""What all tracers have in common. Tracing disturbs what it measures, so each engine has a trial of its own."""

from __future__ import annotations

from genaudit.recorder.child.guard.user_calls import calls_target

# Spelled out, not imported: the typing module is 450 KiB, and this is imported when the target is about to be made.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from genaudit.recorder.child.channel.marks import Marks

# Stacks kept in a snapshot, largest first.
KEEP_STACKS = 200


class NullTracer:
    """No tracing: the clean trial."""

    @calls_target
    def during(self, call: Callable[[], Any]) -> Any:
        """Make a call of the target's."""
        return call()

    def wrap(self, iterator: Any) -> Any:
        """The iterator as it is to be driven; ``None`` where there is none."""
        return iterator

    def snapshot(self, at: str, batch: int) -> None:
        """Write what is known at this moment."""

    def stop(self) -> None:
        """End the tracing."""


class WrappedIterator:
    """An iterator whose every ``next()`` is made by a tracer.

    Args:
        pull: Makes one batch of the iterator that it is given.
    """

    def __init__(self, iterator: Any, pull: Callable[[Any], Any]) -> None:
        self._iterator = iterator
        self._pull = pull

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        return self._pull(self._iterator)


def write_sites(
    marks: Marks,
    engine: str,
    at: str,
    batch: int,
    sites: list[dict[str, Any]],
    *,
    traced_bytes: int = 0,
    peak_bytes: int = 0,
    tracer_bytes: int = 0,
) -> None:
    """Write a mark with the places in the code that a tracer has seen.

    Args:
        engine: What has seen them.
        at: first, end.
        sites: ``frames``, as path, line and function, innermost first; ``bytes``; ``blocks``; what else a place has.
        traced_bytes: All that the engine knows to be alive.
        peak_bytes: The most that it has seen alive at one time.
        tracer_bytes: What the engine itself takes.
    """
    marks.write(
        "sites",
        engine=engine,
        at=at,
        batch=batch,
        traced_bytes=traced_bytes,
        peak_bytes=peak_bytes,
        tracer_bytes=tracer_bytes,
        sites=sites,
    )
