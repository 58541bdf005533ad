"""Built-ins, and calls of libraries that gather, pick or pass on what they are given."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.frames import (
    Call,
    Function,
    Pending,
)
from genaudit.lint.interpreter.values import (
    COUNT,
    NO_FACTS,
    SMALL,
    UNKNOWN,
    Extent,
    Hoard,
    Kind,
    Val,
    content_of,
    narrowest,
)

if TYPE_CHECKING:
    pass


def consume(call: Call) -> Val:
    """``list(x)`` and its like: everything that comes out of an iterable."""
    if not call.args:
        return call.m.new_cell(call.node, call.frame, "list")
    value = call.arg()
    if value.kind is Kind.DATA:
        return value
    return call.m.consume(value, call.frame, call.node)


def make_dict(call: Call) -> Val:
    """``dict(...)``."""
    made = call.m.new_cell(call.node, call.frame, "dict")
    for name, value in call.kwargs.items():
        made.ref.add(value, name)
    if call.args:
        source = call.m.consume(call.arg(), call.frame, call.node)
        content = content_of(source)
        if content.kind is not Kind.SMALL:
            made.ref.add(content)
        made.ref.hoards |= source.ref.hoards if source.kind is Kind.CELL else set()
    return made


def deque(call: Call) -> Val:
    """``deque(...)``, bounded where it has a ``maxlen``."""
    made = call.m.new_cell(call.node, call.frame, "deque")
    limit = call.arg(1, "maxlen")
    made.ref.bounded = len(call.args) > 1 or ("maxlen" in call.kwargs and limit.const is not None)
    return made


def default_dict(call: Call) -> Val:
    """``defaultdict(...)``."""
    made = call.m.new_cell(call.node, call.frame, "dict")
    factory = call.arg()
    if factory.kind is Kind.EXTERNAL and factory.ref in ("list", "set"):
        inner = call.m.new_cell(call.node, call.frame, "list")
        made.ref.add(inner)
    return made


def queue(call: Call) -> Val:
    """A queue, bounded where it has a size."""
    made = call.m.new_cell(call.node, call.frame, "queue")
    size = call.arg(0, "maxsize")
    given = bool(call.args) or "maxsize" in call.kwargs
    made.ref.bounded = given and not (isinstance(size.const, int) and size.const <= 0)
    return made


def length(call: Call) -> Val:
    """``len(x)``: a number as telling as what it counts."""
    value = call.arg()
    extent = value.ref.extent if value.kind is Kind.CELL and value.extent is Extent.UNKNOWN else value.extent
    return Val(Kind.SMALL, extent if extent is not Extent.ONE else Extent.PART, const=COUNT)


def make_range(call: Call) -> Val:
    """``range(...)``: as many turns as its end says."""
    stop = call.args[0] if len(call.args) == 1 else call.arg(1)
    start_narrow = len(call.args) > 1 and call.arg(0).extent.narrow
    extent = Extent.PART if isinstance(stop.const, int) or start_narrow else stop.extent
    return Val(Kind.SMALL, Extent.PART if extent is Extent.ONE else extent)


def iterator(kind: str) -> Callable[[Call], Val]:
    """A handler that makes an iterator which has not run yet."""

    def make(call: Call) -> Val:
        parts = list(call.args)
        if kind == "enumerate":
            parts = [Val(Kind.SMALL, Extent.UNKNOWN), *parts[:1]]
        extent = narrowest(part.extent for part in parts)
        name = "map" if kind == "map" else "zip"
        return Val(Kind.LAZY, extent, ref=Pending(name, call.node, call.frame, parts))

    return make


def filtered(call: Call) -> Val:
    """``filter(test, x)``: x, as far as memory goes."""
    return call.arg(1)


def pick(call: Call) -> Val:
    """One, or a few, of what is given."""
    value = call.arg()
    if value.kind is Kind.CELL:
        content = value.ref.content or SMALL
        several = call.last in ("sample", "choices", "islice") or len(call.args) > 1
        return content.with_(extent=Extent.PART if several else Extent.ONE, facts=content.facts | value.ref.hoards)
    if value.kind is Kind.LAZY and value.ref is not None and call.last in ("next", "islice"):
        element, _ = call.m.iterate(value, call.frame, call.node)
        return element.with_(extent=Extent.ONE)
    kind = Kind.UNKNOWN if value.kind in (Kind.EXTERNAL, Kind.LAZY, Kind.FUNCTION) else value.kind
    return Val(kind, Extent.PART, value.facts, ref=value.ref if value.kind is Kind.TUPLE else None)


def same(call: Call) -> Val:
    """What is given, in another order or wrapped."""
    value = call.arg()
    if value.kind is Kind.LAZY and call.last in ("sorted", "list", "tuple", "set"):
        return consume(call)
    return value


def gather(call: Call) -> Val:
    """One array of all that is given."""
    value = call.arg()
    if value.kind is Kind.LAZY and value.ref is None:
        return call.m.read_lazy(value, call.frame, call.node)
    made = call.m.gathered(value, call.frame, call.node)
    # A dtype that was chosen is kept by a division.
    return made.with_(const="dtype") if "dtype" in call.kwargs or len(call.args) > 1 else made


def allocate(call: Call) -> Val:
    """An empty array, to be filled."""
    value = call.arg()
    made = call.m.new_cell(call.node, call.frame, "array")
    shape = value.ref[0] if value.kind is Kind.TUPLE and value.ref else value
    made.ref.extent = shape.extent
    return made


def np_append(call: Call) -> Val:
    """``np.append(x, y)``: a new array of both."""
    parts = [content_of(value) for value in call.args[:2]]
    facts = NO_FACTS.union(*(part.facts for part in parts))
    kind = Kind.DATA if any(part.kind is Kind.DATA for part in parts) else Kind.SMALL
    return Val(kind, Extent.UNKNOWN, facts)


def partial(call: Call) -> Val:
    """A function with some arguments given."""
    value = call.arg()
    if value.kind is not Kind.FUNCTION:
        return value
    old = value.ref
    new = Function(old.module, old.node, old.closure, old.this, old.name)
    new.owner = old.owner
    new.bound = (*old.bound, *call.args[1:])
    new.bound_names = {**old.bound_names, **call.kwargs}
    return Val(Kind.FUNCTION, ref=new)


def first(call: Call) -> Val:
    """The first argument, as it is."""
    return call.arg()


def small(call: Call) -> Val:
    """A number."""
    return Val(Kind.SMALL, call.extent)


def number(call: Call) -> Val:
    """A number that says what its argument said."""
    return Val(Kind.SMALL, call.extent, NO_FACTS.union(*(value.facts for value in call.args)))


def total(call: Call) -> Val:
    """``sum(...)``: a number, or with a list to start from, all lists in one."""
    if len(call.args) < 2 or call.args[1].kind is not Kind.CELL:
        return Val(Kind.SMALL, call.extent)
    lists = call.m.consume(call.arg(), call.frame, call.node)
    made = call.m.new_cell(call.node, call.frame, "list", lists.extent)
    content = content_of(lists)
    made.ref.add(content)
    made.ref.hoards |= {fact for fact in content.facts if isinstance(fact, Hoard)}
    return made


def reduced(call: Call) -> Val:
    """``reduce(function, x)``: one value, or where the function joins, all of them in one."""
    m, function = call.m, call.arg()
    element, extent = m.iterate(call.arg(1), call.frame, call.node)
    joins = function.kind is Kind.FUNCTION and any(
        isinstance(node, ast.Call) and name_hints.joins(node) for node in ast.walk(function.ref.node)
    )
    with m.loop(extent):
        value = content_of(m.call(function, [call.arg(2), element], {}, call.node, call.frame))
        hoard = m.gather(call.node, value, len(m.loops) - 1, call.frame) if joins else None
    return value if hoard is None else Val(Kind.DATA, Extent.WHOLE, value.facts | {hoard})


def string(call: Call) -> Val:
    """Text made of something."""
    value = call.arg()
    kind = Kind.DATA if value.kind is Kind.DATA else Kind.SMALL
    return Val(kind, value.extent, value.facts, sure=False)


def get_attribute(call: Call) -> Val:
    """``getattr(x, name)``."""
    base, name = call.arg(), call.arg(1)
    if isinstance(name.const, str):
        return call.m.attribute(base, name.const, call.frame, call.node)
    return UNKNOWN


def set_attribute(call: Call) -> Val:
    """``setattr(x, name, value)``."""
    base, name = call.arg(), call.arg(1).const
    if base.kind is Kind.OBJECT and isinstance(name, str):
        base.ref.attributes[name] = call.arg(2)
    return UNKNOWN


def super_object(call: Call) -> Val:
    """``super()`` outside of a call."""
    return call.frame.this or UNKNOWN
