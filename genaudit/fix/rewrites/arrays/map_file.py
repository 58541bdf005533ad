"""A file of numbers that is loaded whole: it is mapped, and parts of it are copied where they are used."""

from __future__ import annotations

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.elementwise import array_of, is_a_span, steps_of, write_parts
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.model.catalogue import (
    BATCH_SPIKE,
    DATASET_AS_ARGUMENT,
    DTYPE_UPCAST,
    EAGER_INIT,
    EAGER_LOAD,
    WORKER_DUPLICATION,
)

_COPYING = frozenset("astype copy mean sum std min max tolist tobytes".split())


class MapFile:
    """The rewrite for ``np.load(path)`` whose array is only read by parts."""

    name = "map-file"
    codes = frozenset(
        pattern.code
        for pattern in (EAGER_LOAD, EAGER_INIT, BATCH_SPIKE, DTYPE_UPCAST, DATASET_AS_ARGUMENT, WORKER_DUPLICATION)
    )

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text with a memory map."""
        source = source_of(text)
        load = _load_at(source, fault)
        if load is None:
            return Refusal(reason="no array is loaded whole by numpy.load at the line of the finding")
        if _is_item(source, load):
            return Refusal(reason="numpy.load is called for each of many files")
        statement = source.small(load)
        if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
            return Refusal(reason="what numpy.load gives has no name of its own")
        reason = _why_not(load)
        if reason is not None:
            return Refusal(reason=reason, is_near=True)
        steps = steps_of(source, statement.value, lambda node: node is load)
        if steps is None:
            return Refusal(reason="the array is not converted number by number", is_near=True)
        array = array_of(source, statement, steps)
        if isinstance(array, tuple):
            where = f" on line {source.line(array[1])}" if array[1] is not None else ""
            return Refusal(reason=f"{array[0]}{where}", is_near=True)
        if not array.parts:
            return Refusal(reason="no part of the array is read")
        changes = Changes(source)
        numpy = changes.module("numpy")
        changes.replace(statement.value, _mapped(source, load))

        def plain(part: str, node: cst.Subscript) -> str:
            is_copied = not array.steps.are_none or _is_copied(source, node)
            copy = f"{numpy}.asarray({part})" if is_copied else f"{numpy}.array({part})"
            # A single number of a vector is no array.
            return copy if is_a_span(node) else f"{copy}[()]"

        write_parts(source, changes, array, source.code(array.target), plain)
        return Proposal(
            text=changes.apply(),
            summary=f"{source.code(array.target)} is a map of its file, and parts of it are copied where they are used",
        )


def _load_at(source: Source, fault: Fault) -> cst.Call | None:
    loads = source.calls("numpy.load")
    return next((call for call in loads if source.covers(source.statement(call), fault.line)), None)


def _is_item(source: Source, load: cst.Call) -> bool:
    """Whether it loads one of many items."""
    return bool(source.loops(load)) or source.up(load, cst.BaseComp, cst.Lambda) is not None


def _why_not(load: cst.Call) -> str | None:
    if any(arg.keyword is not None or arg.star for arg in load.args) or len(load.args) != 1:
        return "numpy.load is called with more than a path"
    path = load.args[0].value
    if isinstance(path, cst.SimpleString) and not str(path.evaluated_value).endswith(".npy"):
        return "only .npy files can be mapped"
    return None


def _mapped(source: Source, load: cst.Call) -> str:
    return f'{source.code(load.func)}({source.code(load.args[0].value)}, mmap_mode="r")'


def _is_copied(source: Source, part: cst.Subscript) -> bool:
    """Whether a part is copied at once, so that it need not be before."""
    method = source.parent(part)
    return isinstance(method, cst.Attribute) and method.value is part and method.attr.value in _COPYING
