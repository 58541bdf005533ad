"""What calls of methods give, by the kind of their object."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from genaudit.lint.interpreter import frameworks, name_hints, reading
from genaudit.lint.interpreter.frames import Call, Pipeline
from genaudit.lint.interpreter.values import (
    SMALL,
    UNKNOWN,
    AbstractValue,
    Extent,
    Kind,
    content_of,
    narrowest,
    origins_of,
    part_of,
)

if TYPE_CHECKING:
    from genaudit.lint.interpreter.machine import Machine


_FLOAT64 = frozenset(["float", "float64", "double", "f8", "d"])


def call_method(machine: Machine, receiver: AbstractValue, call: Call) -> AbstractValue:
    """The value of ``receiver.name(...)``."""
    handler = _BY_KIND.get(receiver.kind)
    return _of_unknown(receiver, call) if handler is None else handler(receiver, call)


# --- containers -----------------------------------------------------------------------------------------------------


def _of_container(receiver: AbstractValue, call: Call) -> AbstractValue:
    handler = _CONTAINER_METHODS.get(call.last)
    if handler is not None:
        return handler(receiver, call)
    if receiver.ref.shape == "array":
        content = content_of(receiver)
        if call.last == "astype":
            return _of_data(content.with_(extent=receiver.ref.extent), call)
        return AbstractValue(Kind.SMALL) if name_hints.small_result(call.last) else receiver
    return UNKNOWN


def _add(receiver: AbstractValue, call: Call) -> AbstractValue:
    value = call.args[-1] if call.args else UNKNOWN
    call.machine.put(receiver, value, call.node, call.frame, how="append")
    if receiver.ref.shape == "queue" and not receiver.ref.bounded and call.machine.phase == "thread":
        inner = content_of(value)
        if inner.kind in (Kind.DATA, Kind.IMAGE):
            call.machine.event("queue", receiver.ref.node, call.frame, sure=inner.sure, container=receiver.ref)
    return UNKNOWN


def _extend(receiver: AbstractValue, call: Call) -> AbstractValue:
    value = call.arg()
    made = call.machine.consume(value, call.frame, call.node)
    content = made.ref.content if made.kind is Kind.CONTAINER else content_of(made)
    if content is not None:
        call.machine.put(receiver, content, call.node, call.frame, how="append")
    if made.kind is Kind.CONTAINER:
        receiver.ref.accumulations |= made.ref.accumulations
        receiver.ref.extent = max(receiver.ref.extent, made.ref.extent)
    return UNKNOWN


def _empty(receiver: AbstractValue, call: Call) -> AbstractValue:
    receiver.ref.bounded = True
    content = receiver.ref.content
    return UNKNOWN if content is None else content.with_(extent=Extent.ONE)


def _get(receiver: AbstractValue, call: Call) -> AbstractValue:
    container = receiver.ref
    key = call.arg().const
    if isinstance(key, str) and key in container.named:
        return part_of(receiver, container.named[key])
    if call.last == "setdefault" and len(call.args) > 1:
        call.machine.put(receiver, call.args[1], call.node, call.frame, how="setitem")
    content = container.content or SMALL
    return content.with_(origins=content.origins | container.accumulations)


def _values(receiver: AbstractValue, call: Call) -> AbstractValue:
    made = call.machine.new_container(call.node, call.frame, "list")
    container = receiver.ref
    if container.content is not None:
        made.ref.add(container.content)
    made.ref.accumulations |= container.accumulations
    made.ref.extent = container.extent
    return made


def _items(receiver: AbstractValue, call: Call) -> AbstractValue:
    made = _values(receiver, call)
    content = made.ref.content or SMALL
    pair = AbstractValue(Kind.TUPLE, Extent.ONE, ref=(AbstractValue(Kind.SMALL, Extent.ONE), content))
    made.ref.content = pair
    return made


def _keys(receiver: AbstractValue, call: Call) -> AbstractValue:
    extent = receiver.ref.extent
    return AbstractValue(Kind.SMALL, extent)


def _self(receiver: AbstractValue, call: Call) -> AbstractValue:
    return receiver


_CONTAINER_METHODS: dict[str, Callable[[AbstractValue, Call], AbstractValue]] = {
    **dict.fromkeys("append add appendleft put put_nowait insert push".split(), _add),
    **dict.fromkeys(("extend", "update", "extendleft"), _extend),
    **dict.fromkeys("pop popleft popitem clear remove discard popright get_nowait".split(), _empty),
    "get": _get,
    "setdefault": _get,
    "values": _values,
    "itervalues": _values,
    "items": _items,
    "iteritems": _items,
    "keys": _keys,
    "copy": _self,
    "reshape": _self,
    "transpose": _self,
    **dict.fromkeys(("tolist", "to_list", "to_numpy"), _self),
}

# --- files, handles -------------------------------------------------------------------------------------------------


def _of_lazy(receiver: AbstractValue, call: Call) -> AbstractValue:
    if isinstance(receiver.ref, Pipeline):
        return frameworks.of_pipeline(receiver, receiver.ref, call)
    return reading.of_lazy(receiver, call)


# --- data, and what is not known ------------------------------------------------------------------------------------


def _of_data(receiver: AbstractValue, call: Call) -> AbstractValue:
    if call.last == "astype":
        return _astype(receiver, call)
    if call.last in ("sample", "choice"):
        return receiver
    if call.last in ("append", "extend", "update"):
        return receiver
    if call.last in _APPLIERS:
        return frameworks.applied(receiver, call)
    if name_hints.small_result(call.last) and call.last not in _CASTS and not _keeps_size(receiver, call):
        return AbstractValue(Kind.SMALL, receiver.extent)
    if call.last in _RECORDS:
        call.machine.mark_record(receiver)
    if call.last in ("close", "sort", "sort_values") and not call.args:
        return receiver
    for value in call.values:
        if content_of(value).kind is Kind.DATA:
            return receiver.with_(origins=receiver.origins | origins_of(value), ref=None)
    return receiver.with_(ref=None)


def _is_column(call: Call) -> bool:
    """Whether the object looks like the column of a table: ``map`` of a pipeline waits, that of a column does not."""
    if call.last not in ("map", "transform"):
        return True
    function = getattr(call.node, "func", None)
    column = function.value if isinstance(function, ast.Attribute) else None
    if isinstance(column, ast.Subscript):
        return isinstance(column.slice, ast.Constant) and isinstance(column.slice.value, str)
    return isinstance(column, ast.Attribute) and name_hints.points(column.attr)


_CASTS = frozenset("float int long double half bool byte short type".split())
_RECORDS = frozenset("to_dict _asdict to_json".split())
"""Methods that give a record with all its fields."""
_APPLIERS = frozenset("apply map progress_apply parallel_apply applymap transform".split())
"""Methods of tables that call a function for every row."""
_WINDOWS = frozenset(["resample", "rolling", "ewm", "expanding"])


def _keeps_size(receiver: AbstractValue, call: Call) -> bool:
    """Whether the result is as large as the object, though the method's name says a number."""
    function = getattr(call.node, "func", None)
    source = function.value if isinstance(function, ast.Attribute) else None
    # ``np.load(path, allow_pickle=True).item()``: an object that was saved as an array of one.
    saved = call.last == "item" and any(origin.node is source for origin in receiver.origins)
    return saved or _is_windowed(call.node)


def _is_windowed(node: ast.AST) -> bool:
    """Whether it is the mean of a window at each row: as many rows as before, or nearly."""
    function = getattr(node, "func", None)
    inner = function.value if isinstance(function, ast.Attribute) else None
    return isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in _WINDOWS


def _astype(receiver: AbstractValue, call: Call) -> AbstractValue:
    dtype = call.arg(0, "dtype")
    name = dtype.const if isinstance(dtype.const, str) else str(dtype.ref or "").rsplit(".", 1)[-1]
    if name in _FLOAT64 and (dtype.kind is Kind.EXTERNAL or isinstance(dtype.const, str)):
        call.machine.note_upcast(call.node, receiver, call.frame, by=f"astype({name})")
    # From here on the dtype is chosen: a division keeps it.
    return receiver.with_(const=name)


def _of_unknown(receiver: AbstractValue, call: Call) -> AbstractValue:
    given = call.args[0].kind if call.args else Kind.SMALL
    if call.last in _APPLIERS and given in (Kind.FUNCTION, Kind.EXTERNAL) and _is_column(call):
        return frameworks.applied(receiver, call)
    return receiver if call.last in _CASTS else _by_name(receiver, call)


def _by_name(receiver: AbstractValue, call: Call) -> AbstractValue:
    handler = _UNKNOWN_METHODS.get(call.last)
    made = None if handler is None else handler(receiver, call)
    return _carried(receiver, call) if made is None else made


def _read_path(receiver: AbstractValue, call: Call) -> AbstractValue:
    return call.machine.read(call.node, call.frame, reading.TEXT, call.last, AbstractValue(Kind.SMALL, receiver.extent))


def _open_path(receiver: AbstractValue, call: Call) -> AbstractValue | None:
    if len(call.args) > 1 or isinstance(receiver.ref, str):
        return None
    call.machine.note_read()
    return AbstractValue(Kind.FILE, receiver.extent)


def _fetch(receiver: AbstractValue, call: Call) -> AbstractValue:
    return reading.rows(call)


def _find(receiver: AbstractValue, call: Call) -> AbstractValue | None:
    return AbstractValue(Kind.SMALL, Extent.ONE, receiver.origins | call.args[0].origins) if call.args else None


def _list_files(receiver: AbstractValue, call: Call) -> AbstractValue:
    return AbstractValue(Kind.SMALL, receiver.extent if receiver.extent.narrow else Extent.WHOLE)


def _pick(receiver: AbstractValue, call: Call) -> AbstractValue:
    origins = receiver.origins.union(*(value.origins for value in call.args))
    if call.last == "get" and isinstance(call.arg().const, str) and not origins:
        # Settings: ``options.get("folder", "data")`` is ``options["folder"]``.
        return AbstractValue(Kind.UNKNOWN, receiver.extent)
    if call.last == "get" and call.args and call.args[0].kind is Kind.DATA:
        call.machine.mark_encoded(call.args[0])
        return AbstractValue(Kind.DATA, Extent.ONE, origins, sure=False)
    return AbstractValue(Kind.UNKNOWN, Extent.PART, origins)


def _same(receiver: AbstractValue, call: Call) -> AbstractValue:
    value = call.args[0] if call.last == "permutation" and call.args else receiver
    return value.with_(const=...)


def _spell(receiver: AbstractValue, call: Call) -> AbstractValue:
    """Text put together, taken apart or written in another way."""
    origins = receiver.origins.union(*(origins_of(value) for value in call.values))
    if call.last == "joinpath":
        call.machine.mark_path(AbstractValue(origins=origins))
    data = any(content_of(value).kind is Kind.DATA for value in call.values)
    extent = narrowest(value.extent for value in (receiver, *call.values))
    return AbstractValue(Kind.DATA if data else receiver.kind, extent, origins)


_UNKNOWN_METHODS: dict[str, Callable[[AbstractValue, Call], AbstractValue | None]] = {
    **dict.fromkeys(("read_text", "read_bytes"), _read_path),
    "open": _open_path,
    "readlines": reading.read_lines,
    "fetchall": _fetch,
    **dict.fromkeys(("find", "index"), _find),
    **dict.fromkeys(("glob", "rglob", "iterdir", "listdir"), _list_files),
    **dict.fromkeys("choice sample choices integers randint get pop next popleft recv".split(), _pick),
    **dict.fromkeys("permutation astype copy tolist sort to_list values items keys".split(), _same),
    **dict.fromkeys("joinpath format replace join with_suffix split strip decode encode lower".split(), _spell),
}


def _carried(receiver: AbstractValue, call: Call) -> AbstractValue:
    result = call.machine.call_by_name(call, AbstractValue(Kind.UNKNOWN, receiver.extent, receiver.origins))
    if receiver.extent.narrow and result.extent is Extent.UNKNOWN:
        return result.with_(extent=receiver.extent)
    return result


_BY_KIND: dict[Kind, Callable[[AbstractValue, Call], AbstractValue]] = {
    Kind.CONTAINER: _of_container,
    Kind.FILE: reading.of_file,
    Kind.LAZY: _of_lazy,
    Kind.IMAGE: reading.of_image,
    Kind.DATA: _of_data,
}
