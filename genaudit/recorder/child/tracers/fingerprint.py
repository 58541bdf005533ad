"""Fingerprints of batches: what each array in them is, and a hash of its bytes, so that two variants can be compared.

It has a trial of its own, as an engine like the tracers: nothing here is measured.
"""

from __future__ import annotations

from genaudit.recorder.child.batch.content import Walk, hashed, rows_of
from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.seeds import fix_seeds
from genaudit.recorder.child.guard.user_calls import calls_target
from genaudit.recorder.child.tracers.base import NullTracer, WrappedIterator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class FingerprintTracer(NullTracer):
    """Writes a line with the fingerprint of every batch into a file of its own.

    Args:
        spec: ``into`` is the file; ``items`` also takes a hash of every item. ``batch``, ``place`` and ``file`` have
            the bytes of one array of one batch written to a file.
    """

    def __init__(self, spec: dict[str, Any]) -> None:
        self._spec = spec
        self._batch = 0
        self._write({"seeds": fix_seeds()})

    def wrap(self, iterator: Any) -> Any:
        """An iterator that takes the fingerprint of what passes through it."""
        return None if iterator is None else WrappedIterator(iterator, self._pull)

    @calls_target
    def _pull(self, iterator: Any) -> Any:
        batch = next(iterator)
        self._take(batch)
        return batch

    def _take(self, batch: Any) -> None:
        """Write the line of a batch."""
        self._batch += 1
        walk = Walk(keep=self._spec.get("place") if self._spec.get("batch") == self._batch else None)
        outline = walk.put("", batch)
        items = [_item_hash(row) for row in rows_of(batch)] if self._spec.get("items") else []
        self._write({"batch": self._batch, "outline": outline, "leaves": walk.leaves, "items": items})
        if walk.kept is not None:
            with open(self._spec["file"], "wb") as file:
                file.write(walk.kept)

    def _write(self, line: dict[str, Any]) -> None:
        with OwnImports():
            import json

        with open(self._spec["into"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def _item_hash(row: Any) -> str:
    walk = Walk()
    outline = walk.put("", row)
    return hashed(repr((outline, walk.leaves)).encode())
