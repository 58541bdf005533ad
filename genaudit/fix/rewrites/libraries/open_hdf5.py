"""A data set of an HDF5 file that is read whole: the file stays open, and parts are read where they are used."""

from __future__ import annotations

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.elementwise import Array, array_of, is_a_span, steps_of, write_parts
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.model.catalogue import BATCH_SPIKE, EAGER_INIT, EAGER_LOAD


class OpenHdf5:
    """The rewrite for ``images = file["images"][:]`` in a function that then reads parts of it."""

    name = "open-hdf5"
    codes = frozenset(pattern.code for pattern in (EAGER_LOAD, EAGER_INIT, BATCH_SPIKE))

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text that reads parts."""
        source = source_of(text)
        blocks = [block for block in source.find(cst.With) if _opens(source, block)]
        for block in blocks:
            whole = [found for made in source.find(cst.Assign, block.body) if (found := _whole(source, made))]
            if any(source.covers(source.statement(statement), fault.line) for statement, _ in whole):
                return _parts(source, block, whole)
        return Refusal(reason="no data set of an HDF5 file is read whole at the line of the finding")


def _opens(source: Source, block: cst.With) -> bool:
    items = block.items
    return len(items) == 1 and isinstance(items[0].item, cst.Call) and source.name(items[0].item.func) == "h5py.File"


def _whole(source: Source, statement: cst.Assign) -> tuple[cst.Assign, cst.Subscript] | None:
    """A statement that reads a whole data set, and where: ``file["images"][:]``, perhaps converted."""
    for part in source.find(cst.Subscript, statement.value):
        inner = part.value
        is_set = isinstance(inner, cst.Subscript) and isinstance(inner.value, cst.Name)
        if is_set and source.code(part).endswith(("[:]", "[...]", "[()]")):
            return statement, part
    return None


def _parts(source: Source, block: cst.With, whole: list[tuple[cst.Assign, cst.Subscript]]) -> Proposal | Refusal:
    arrays: list[tuple[Array, cst.Subscript]] = []
    for statement, part in whole:
        steps = steps_of(source, statement.value, lambda node, part=part: node is part)  # type: ignore[misc]
        if steps is None or len(statement.targets) != 1:
            return Refusal(reason="the data set is not converted number by number", is_near=True)
        array = array_of(source, statement, steps)
        if isinstance(array, tuple):
            where = f" on line {source.line(array[1])}" if array[1] is not None else ""
            return Refusal(reason=f"{array[0]}{where}", is_near=True)
        if array.variable.is_attribute:
            return Refusal(
                reason=f"{source.code(array.target)} outlives the function that opens the file", is_near=True
            )
        if not array.parts or not all(is_a_span(read) for read in array.parts):
            return Refusal(reason=f"{source.code(array.target)} is not read by slices alone", is_near=True)
        arrays.append((array, part))
    changes = Changes(source)
    for array, part in arrays:
        changes.replace(array.made.value, source.code(part.value))
        write_parts(source, changes, array, source.code(array.target), lambda code, _node: code)
    changes.move_into(block, source.following(block))
    named = ", ".join(source.code(array.target) for array, _ in arrays)
    return Proposal(
        text=changes.apply(), summary=f"the file stays open, and parts of {named} are read where they are used"
    )
