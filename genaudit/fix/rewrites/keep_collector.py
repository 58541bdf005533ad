"""The garbage collector switched off: it is left on, so that cycles are freed."""

from __future__ import annotations

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.source import source_of
from genaudit.model.catalogue import BATCH_GROWTH, CALL_GROWTH, CYCLIC_GARBAGE, EPOCH_GROWTH, UNBOUNDED_CACHE


class KeepCollector:
    """The rewrite for cycles that nobody frees."""

    name = "keep-collector"
    codes = frozenset(
        pattern.code for pattern in (BATCH_GROWTH, EPOCH_GROWTH, UNBOUNDED_CACHE, CYCLIC_GARBAGE, CALL_GROWTH)
    )

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:  # noqa: ARG002 - wherever cycles are made
        """The text without ``gc.disable()`` and ``gc.freeze()``."""
        source = source_of(text)
        calls = source.calls("gc.disable", "gc.freeze")
        if not calls:
            return Refusal(reason="the garbage collector is not switched off in this file")
        if source.calls("gc.enable", "gc.collect", "gc.unfreeze"):
            return Refusal(reason="the file decides itself when the garbage collector works", is_near=True)
        changes = Changes(source)
        for call in calls:
            statement = source.small(call)
            assert statement is not None
            changes.remove(statement)
        return Proposal(text=changes.apply(), summary="the garbage collector stays on, and frees what refers to itself")
