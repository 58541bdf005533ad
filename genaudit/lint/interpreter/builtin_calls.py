"""Built-ins, and calls of libraries that gather, pick or pass on what they are given."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeGuard

from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.frames import Call, Function, Pending
from genaudit.lint.interpreter.values import (
    COUNT,
    FEW_NUMBERS,
    MADE,
    NO_ORIGINS,
    NUMBER,
    SMALL,
    UNKNOWN,
    AbstractValue,
    Accumulation,
    Extent,
    Handle,
    Kind,
    ReadSite,
    content_of,
    narrowest,
)
from genaudit.lint.readers import Reader

if TYPE_CHECKING:
    pass


_MADE = Reader(MADE, False)


def consume(call: Call) -> AbstractValue:
    """``list(x)`` and its like: everything that comes out of an iterable."""
    if not call.args:
        return call.machine.new_container(call.node, call.frame, "list")
    value = call.arg()
    if value.kind is Kind.DATA:
        return value
    return call.machine.consume(value, call.frame, call.node)


def make_set(call: Call) -> AbstractValue:
    """``set(...)``."""
    made = consume(call)
    if not call.args:
        made.ref.shape = "set"
    return made


def make_dict(call: Call) -> AbstractValue:
    """``dict(...)``."""
    made = call.machine.new_container(call.node, call.frame, "dict")
    for name, value in call.kwargs.items():
        made.ref.add(value, name)
    if call.args:
        source = call.machine.consume(call.arg(), call.frame, call.node)
        content = content_of(source)
        if content.kind is not Kind.SMALL:
            made.ref.add(content)
        made.ref.accumulations |= source.ref.accumulations if source.kind is Kind.CONTAINER else set()
    return made


def deque(call: Call) -> AbstractValue:
    """``deque(...)``, bounded where it has a ``maxlen``."""
    made = call.machine.new_container(call.node, call.frame, "deque")
    limit = call.arg(1, "maxlen")
    made.ref.bounded = len(call.args) > 1 or ("maxlen" in call.kwargs and limit.const is not None)
    return made


def default_dict(call: Call) -> AbstractValue:
    """``defaultdict(...)``."""
    made = call.machine.new_container(call.node, call.frame, "dict")
    factory = call.arg()
    if factory.kind is Kind.EXTERNAL and factory.ref in ("list", "set"):
        inner = call.machine.new_container(call.node, call.frame, "list")
        made.ref.add(inner)
    return made


def queue(call: Call) -> AbstractValue:
    """A queue, bounded where it has a size."""
    made = call.machine.new_container(call.node, call.frame, "queue")
    size = call.arg(0, "maxsize")
    given = bool(call.args) or "maxsize" in call.kwargs
    made.ref.bounded = given and not (isinstance(size.const, int) and size.const <= 0)
    return made


def length(call: Call) -> AbstractValue:
    """``len(x)``: a number that says as much as what it counts."""
    value = call.arg()
    extent = value.ref.extent if value.kind is Kind.CONTAINER and value.extent is Extent.UNKNOWN else value.extent
    return AbstractValue(Kind.SMALL, extent if extent is not Extent.ONE else Extent.PART, const=COUNT)


def make_range(call: Call) -> AbstractValue:
    """``range(...)``: as many turns as its end says."""
    stop = call.args[0] if len(call.args) == 1 else call.arg(1)
    start_narrow = len(call.args) > 1 and call.arg(0).extent.narrow
    extent = Extent.PART if isinstance(stop.const, int) or start_narrow else stop.extent
    return AbstractValue(Kind.SMALL, Extent.PART if extent is Extent.ONE else extent)


def iterator(kind: str) -> Callable[[Call], AbstractValue]:
    """A handler that makes an iterator which has not run yet."""

    def make(call: Call) -> AbstractValue:
        parts = list(call.args)
        if kind == "enumerate":
            parts = [AbstractValue(Kind.SMALL, Extent.UNKNOWN), *parts[:1]]
        extent = narrowest(part.extent for part in parts)
        name = "map" if kind == "map" else "zip"
        return AbstractValue(Kind.LAZY, extent, ref=Pending(name, call.node, call.frame, parts))

    return make


def filtered(call: Call) -> AbstractValue:
    """``filter(test, x)``: x, as far as memory goes."""
    return call.arg(1)


def pick(call: Call) -> AbstractValue:
    """One, or a few, of what is given."""
    value = call.arg()
    if value.kind is Kind.CONTAINER:
        content = value.ref.content or SMALL
        several = call.last in ("sample", "choices", "islice") or len(call.args) > 1
        return content.with_(
            extent=Extent.PART if several else Extent.ONE, origins=content.origins | value.ref.accumulations
        )
    if value.kind is Kind.LAZY and value.ref is not None and call.last in ("next", "islice"):
        element, _ = call.machine.iterate(value, call.frame, call.node)
        return element.with_(extent=Extent.ONE)
    kind = Kind.UNKNOWN if value.kind in (Kind.EXTERNAL, Kind.LAZY, Kind.FUNCTION) else value.kind
    return AbstractValue(kind, Extent.PART, value.origins, ref=value.ref if value.kind is Kind.TUPLE else None)


def same(call: Call) -> AbstractValue:
    """What is given, in another order or wrapped."""
    value = call.arg()
    if value.kind is Kind.LAZY and call.last in ("sorted", "list", "tuple", "set"):
        return consume(call)
    return value


_AS_IT_IS = frozenset(["asarray", "asanyarray"])
"""Functions that copy nothing of what is an array already."""


def gather(call: Call) -> AbstractValue:
    """One array of all that is given."""
    value = call.arg()
    if value.kind is Kind.LAZY and value.ref is None:
        return value if _is_view(value, call) else call.machine.read_lazy(value, call.frame, call.node)
    made = call.machine.as_array(value, call.frame, call.node)
    # A dtype that was chosen is kept by a division.
    return made.with_(const="dtype") if "dtype" in call.kwargs or len(call.args) > 1 else made


def _is_view(value: AbstractValue, call: Call) -> bool:
    """Whether an array of a memory map is a view of it, for which nothing is read: its numbers are to be no others."""
    if call.last not in _AS_IT_IS or not isinstance(value.const, Handle) or value.const.library is not None:
        return False
    return call.dtype in ("", value.const.dtype)


def allocate(call: Call) -> AbstractValue:
    """An empty array, to be filled."""
    value = call.arg()
    made = call.machine.new_container(call.node, call.frame, "array")
    shape = value.ref[0] if value.kind is Kind.TUPLE and value.ref else value
    made.ref.extent = shape.extent
    return made


_BY_SIZE = frozenset(
    "normal uniform randint integers random standard_normal random_sample poisson exponential laplace gamma".split()
)
"""Functions that draw numbers, as many as their ``size`` says."""
_BY_SHAPE = frozenset(["rand", "randn", "randint", "normal"])
"""Functions that draw numbers, as many as their dimensions say."""
_SERIES = frozenset(["linspace", "logspace", "meshgrid", "indices"])
_CURVES = frozenset("sin cos exp tanh sqrt sinc".split())


def made_up(call: Call) -> AbstractValue | None:
    """An array that a constructor makes and no file is read for: the items themselves, or one of them."""
    machine = call.machine
    if machine.phase != "start" or machine.facts.kind != "class" or _decoded(call.values):
        return None
    shape = _shape(call)
    if shape is None:
        return None
    if machine.loops:
        return machine.read(call.node, call.frame, _MADE, MADE, AbstractValue(Kind.SMALL, Extent.ONE), sure=False)
    if not _has_row_for_each(shape):
        return None
    accumulation = machine.facts.accumulations.get(id(call.node))
    if accumulation is None:
        site = ReadSite(
            node=call.node,
            path=call.frame.module.path,
            function=call.frame.name,
            reader=MADE,
            family=MADE,
            strong=False,
        )
        accumulation = Accumulation(
            node=call.node, path=site.path, function=site.function, read_sites=frozenset([site]), sure=False
        )
        machine.facts.accumulations[id(call.node)] = accumulation
    return AbstractValue(Kind.DATA, Extent.WHOLE, frozenset([accumulation]), sure=False)


def _decoded(values: list[AbstractValue]) -> bool:
    return any(content_of(value).kind is Kind.DATA for value in values)


def _shape(call: Call) -> list[ast.expr] | None:
    """The dimensions of an array that a call makes; ``None`` where it makes a number, or something else."""
    node = call.node
    if not isinstance(node, ast.Call):
        return None
    if call.last in _SERIES:
        return [*node.args]
    if call.last in _CURVES:
        return [part for part in ast.walk(node) if _counts_up(part)] or None
    size = next((word.value for word in node.keywords if word.arg in ("size", "shape")), None)
    if size is None and call.last in _BY_SHAPE and node.args:
        tuples = [part for part in node.args if isinstance(part, ast.Tuple | ast.List)]
        size = tuples[-1] if tuples else None
        if size is None and call.last in ("rand", "randn"):
            return list(node.args)
    if size is None or call.last not in _BY_SIZE | _BY_SHAPE:
        return None
    return list(size.elts) if isinstance(size, ast.Tuple | ast.List) else [size]


def _counts_up(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "arange"


def _has_row_for_each(shape: list[ast.expr]) -> bool:
    """Whether an array may have a row of many numbers for each item."""
    if len(shape) < 2 or isinstance(shape[0], ast.Constant):
        return False
    fixed = [part.value for part in shape[1:] if isinstance(part, ast.Constant) and isinstance(part.value, int)]
    return len(fixed) < len(shape) - 1 or math.prod(fixed) > FEW_NUMBERS


def np_append(call: Call) -> AbstractValue:
    """``np.append(x, y)``: a new array of both."""
    parts = [content_of(value) for value in call.args[:2]]
    origins = NO_ORIGINS.union(*(part.origins for part in parts))
    kind = Kind.DATA if any(part.kind is Kind.DATA for part in parts) else Kind.SMALL
    return AbstractValue(kind, Extent.UNKNOWN, origins)


def partial(call: Call) -> AbstractValue:
    """A function with some arguments given."""
    value = call.arg()
    if value.kind is not Kind.FUNCTION:
        return value
    old = value.ref
    new = Function(old.module, old.node, old.closure, old.this, old.name)
    new.owner = old.owner
    new.bound = (*old.bound, *call.args[1:])
    new.bound_names = {**old.bound_names, **call.kwargs}
    return AbstractValue(Kind.FUNCTION, ref=new)


def first(call: Call) -> AbstractValue:
    """The first argument, as it is."""
    return call.arg()


def small(call: Call) -> AbstractValue:
    """A number."""
    return AbstractValue(Kind.SMALL, call.extent)


def number(call: Call) -> AbstractValue:
    """A number that says what its argument said."""
    written = call.name in ("int", "float") and any(value.kind is Kind.DATA for value in call.args)
    const = NUMBER if written else ...
    return AbstractValue(
        Kind.SMALL, call.extent, NO_ORIGINS.union(*(value.origins for value in call.args)), const=const
    )


def total(call: Call) -> AbstractValue:
    """``sum(...)``: a number, or with a list to start from, all lists in one."""
    if len(call.args) < 2 or call.args[1].kind is not Kind.CONTAINER:
        return AbstractValue(Kind.SMALL, call.extent)
    lists = call.machine.consume(call.arg(), call.frame, call.node)
    made = call.machine.new_container(call.node, call.frame, "list", lists.extent)
    content = content_of(lists)
    made.ref.add(content)
    made.ref.accumulations |= {origin for origin in content.origins if isinstance(origin, Accumulation)}
    return made


def reduced(call: Call) -> AbstractValue:
    """``reduce(function, x)``: one value, or where the function joins, all of them in one."""
    machine, function = call.machine, call.arg()
    element, extent = machine.iterate(call.arg(1), call.frame, call.node)
    joins = function.kind is Kind.FUNCTION and any(
        isinstance(node, ast.Call) and name_hints.joins(node) for node in ast.walk(function.ref.node)
    )
    with machine.loop(extent):
        value = content_of(machine.call(function, [call.arg(2), element], {}, call.node, call.frame))
        accumulation = machine.accumulate(call.node, value, len(machine.loops) - 1, call.frame) if joins else None
    return value if accumulation is None else AbstractValue(Kind.DATA, Extent.WHOLE, value.origins | {accumulation})


def string(call: Call) -> AbstractValue:
    """Text made of something."""
    value = call.arg()
    kind = Kind.DATA if value.kind is Kind.DATA else Kind.SMALL
    return AbstractValue(kind, value.extent, value.origins, sure=False)


def get_attribute(call: Call) -> AbstractValue:
    """``getattr(x, name)``."""
    base, name = call.arg(), call.arg(1)
    if isinstance(name.const, str):
        return call.machine.attribute(base, name.const, call.frame, call.node)
    return UNKNOWN


def set_attribute(call: Call) -> AbstractValue:
    """``setattr(x, name, value)``."""
    base, name = call.arg(), call.arg(1).const
    if base.kind is Kind.OBJECT and isinstance(name, str):
        base.ref.attributes[name] = call.arg(2)
    return UNKNOWN


def super_object(call: Call) -> AbstractValue:
    """``super()`` outside of a call."""
    return call.frame.this or UNKNOWN
