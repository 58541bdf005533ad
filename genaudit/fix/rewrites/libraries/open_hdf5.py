"""A data set of an HDF5 file that is read whole: the file stays open, and parts are read where they are used."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.elementwise import Array, array_of, is_a_span, steps_of, write_parts
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import is_rebound_at, mentions, variable_of
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
            is_there = any(source.covers(source.statement(statement), fault.line) for statement, _ in whole)
            if is_there and not any(isinstance(made.targets[0].target, cst.Attribute) for made, _ in whole):
                return _parts(source, block, whole)
        kept = [each for each in _kept(source) if source.covers(source.statement(each.made), fault.line)]
        return (
            _rows(source, kept[0])
            if kept
            else Refusal(reason="no data set of an HDF5 file is read whole at the line of the finding")
        )


# --- what an object keeps -------------------------------------------------------------------------------------------

_ROWS = '''class {name}:
    """A data set of an HDF5 file; rows are read each time they are asked for, by whichever process asks."""

    def __init__(self, path, name):
        self.path, self.name = path, name
        with {h5py}.File(path, "r") as file:
            self.shape, self.dtype = file[name].shape, file[name].dtype

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, index):
        with {h5py}.File(self.path, "r") as file:
            if isinstance(index, slice) or {numpy}.ndim(index) == 0:
                return file[self.name][index]
            # A file gives rows in their own order, and each once.
            rows, places = {numpy}.unique({numpy}.arange(len(self))[index], return_inverse=True)
            return file[self.name][rows][places]
'''


@dataclass
class _Kept:
    """An attribute that a whole data set is read into."""

    made: cst.Assign
    value: cst.BaseExpression
    path: cst.BaseExpression
    """What the file is opened by."""
    key: cst.BaseExpression
    """The name of the data set."""


def _kept(source: Source) -> list[_Kept]:
    """``self.images = file["images"][:]``, where ``file`` is opened in the same function."""
    found = []
    for statement in source.find(cst.Assign):
        if len(statement.targets) != 1 or not isinstance(statement.targets[0].target, cst.Attribute):
            continue
        inner = _read_whole(source, statement.value)
        path = _path(source, inner.value, statement) if inner is not None else None
        key = inner.slice[0].slice if inner is not None and len(inner.slice) == 1 else None
        if path is not None and isinstance(key, cst.Index):
            found.append(_Kept(statement, statement.value, path, key.value))
    return found


def _read_whole(source: Source, value: cst.BaseExpression) -> cst.Subscript | None:
    """``file["images"]`` of ``file["images"][:]`` and of ``np.array(file["images"])``."""
    if isinstance(value, cst.Subscript) and source.code(value).endswith(("[:]", "[...]", "[()]")):
        return value.value if isinstance(value.value, cst.Subscript) else None
    is_array = isinstance(value, cst.Call) and source.name(value.func) in {"numpy.array", "numpy.asarray"}
    if is_array and len(value.args) == 1 and isinstance(value.args[0].value, cst.Subscript):  # type: ignore[attr-defined]
        return value.args[0].value  # type: ignore[attr-defined]
    return None


def _path(source: Source, file: cst.BaseExpression, place: cst.CSTNode) -> cst.BaseExpression | None:
    """What the file was opened by, in the same function."""
    name, function = source.code(file), source.function(place)
    for call in source.calls("h5py.File", within=function):
        parent, statement = source.parent(call), source.small(call)
        is_item = isinstance(parent, cst.WithItem) and parent.asname is not None
        bound = source.code(parent.asname.name) if is_item else ""  # type: ignore[union-attr]
        if isinstance(statement, cst.Assign) and statement.value is call and len(statement.targets) == 1:
            bound = source.code(statement.targets[0].target)
        if bound == name and call.args and call.args[0].keyword is None:
            return call.args[0].value
    return None


def _rows(source: Source, kept: _Kept) -> Proposal | Refusal:
    target = kept.made.targets[0].target
    variable = variable_of(source, target)
    if variable is None or sum(is_rebound_at(source, node) for node in mentions(source, variable)) != 1:
        return Refusal(reason=f"{source.code(target)} is set elsewhere, too", is_near=True)
    changes = Changes(source)
    name = source.fresh("Hdf5Rows")
    changes.helper(kept.made, _ROWS.format(name=name, h5py=changes.module("h5py"), numpy=changes.module("numpy")))
    changes.replace(kept.value, f"{name}({source.code(kept.path)}, {source.code(kept.key)})")
    return Proposal(
        text=changes.apply(), summary=f"{source.code(target)} stays in its file, and rows are read where they are used"
    )


# --- what a function reads ------------------------------------------------------------------------------------------


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
