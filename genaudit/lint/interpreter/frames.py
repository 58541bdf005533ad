"""Where an abstract run is: functions, frames, open loops, iterators that have not run, and the call at hand."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from genaudit.lint.files.module import ClassInfo, Module
from genaudit.lint.files.syntax import FunctionNode
from genaudit.lint.interpreter.values import UNKNOWN, AbstractValue, Extent, Kind, narrowest

if TYPE_CHECKING:
    from genaudit.lint.interpreter.machine import Machine


class Exhausted(Exception):  # noqa: N818
    """A subject took more steps than it is worth."""


class Function:
    """A function of the run, with what it closes over and is bound to."""

    def __init__(
        self,
        module: Module,
        node: FunctionNode,
        closure: Frame | None = None,
        this: AbstractValue | None = None,
        name: str = "",
    ) -> None:
        self.module = module
        self.node = node
        self.closure = closure
        self.this = this
        self.name = name or getattr(node, "name", "<lambda>")
        self.bound: tuple[AbstractValue, ...] = ()
        self.bound_names: dict[str, AbstractValue] = {}
        self.owner: ClassInfo | None = None


Invocation = tuple[Function, tuple[AbstractValue, ...], dict[str, AbstractValue]]
"""A function with what it was called with."""


class Pending:
    """An iterator that has not run: a generator's call, a generator expression, a ``map``."""

    def __init__(
        self,
        kind: str,
        node: ast.AST,
        frame: Frame,
        parts: Sequence[AbstractValue] = (),
        call: Invocation | None = None,
    ) -> None:
        self.kind = kind
        self.node = node
        self.frame = frame
        self.parts = parts
        self.call = call


class Pipeline:
    """A ``tf.data`` pipeline so far."""

    def __init__(self, *, decoded: bool, batched: bool = False) -> None:
        self.decoded = decoded
        self.batched = batched


class Loop:
    """A loop that is open."""

    __slots__ = ("extent", "inside", "yields")

    def __init__(self, extent: Extent, *, yields: bool, inside: int = 0) -> None:
        self.extent = extent
        self.yields = yields
        """A batch leaves from inside it."""
        self.inside = inside
        """It runs over what the item of a loop around it holds: the number of that loop, from 1; else 0."""


class Frame:
    """The names of one call."""

    def __init__(self, module: Module, node: ast.AST, name: str, parent: Frame | None = None) -> None:
        self.module = module
        self.node = node
        self.name = name
        self.parent = parent
        self.env: dict[str, AbstractValue] = {}
        self.born: dict[str, int] = {}
        self.items: dict[str, int] = {}
        """Names that the turns of a loop give another value, by how many loops are open in it."""
        self.this: AbstractValue | None = None
        self.owner: ClassInfo | None = None
        self.yielded: AbstractValue | None = None
        self.returned: AbstractValue | None = None
        self.consumed = False
        """Run to its end by a caller that keeps what it yields."""
        self.global_names: set[str] = set()
        self.loop_yields: dict[int, bool] = {}


def function_value(module: Module, node: FunctionNode) -> AbstractValue:
    """A function of the run as a value."""
    return AbstractValue(Kind.FUNCTION, ref=Function(module, node))


def method_value(owner: ClassInfo, node: ast.FunctionDef | ast.AsyncFunctionDef, this: AbstractValue) -> AbstractValue:
    """A method bound to an instance."""
    function = Function(owner.module, node, this=this, name=f"{owner.node.name}.{node.name}")
    function.owner = owner
    return AbstractValue(Kind.FUNCTION, ref=function)


def bound_by(target: ast.expr) -> list[str]:
    """The names that a loop's target gives a value."""
    return [part.id for part in ast.walk(target) if isinstance(part, ast.Name)]


def pass_on_item(target: ast.expr | None, source: ast.expr, frame: Frame) -> None:
    """A name made from the item of a loop is as much of that item: a path, a file, a folder."""
    if not isinstance(target, ast.Name):
        return
    depth = depth_of_item(source, frame)
    if depth:
        frame.items[target.id] = depth
    else:
        frame.items.pop(target.id, None)


def depth_of_item(source: ast.expr, frame: Frame) -> int:
    """The number of the innermost loop whose item an expression uses, from 1; 0 where it uses none."""
    used = [part.id for part in ast.walk(source) if isinstance(part, ast.Name)]
    return max((frame.items[name] for name in used if name in frame.items), default=0)


class Call:
    """One call, with all that its handler may need."""

    __slots__ = ("args", "frame", "kwargs", "machine", "name", "node")

    def __init__(
        self,
        machine: Machine,
        frame: Frame,
        node: ast.AST,
        name: str,
        args: list[AbstractValue],
        kwargs: dict[str, AbstractValue],
    ) -> None:
        self.machine = machine
        self.frame = frame
        self.node = node
        self.name = name
        """Dotted for a library's function, bare for a method."""
        self.args = args
        self.kwargs = kwargs

    @property
    def last(self) -> str:
        """The last part of the name."""
        return self.name.rsplit(".", 1)[-1]

    def arg(self, index: int = 0, name: str = "") -> AbstractValue:
        """An argument by place or name."""
        if index < len(self.args):
            return self.args[index]
        return self.kwargs.get(name, UNKNOWN)

    @property
    def dtype(self) -> str:
        """The type of numbers that is asked for, as it is written but for quotes and numpy's name; else empty."""
        node = self.node
        if not isinstance(node, ast.Call):
            return ""
        given = [keyword.value for keyword in node.keywords if keyword.arg == "dtype"] or node.args[1:2]
        return ast.unparse(given[0]).strip("'\"").removeprefix("np.").removeprefix("numpy.") if given else ""

    @property
    def values(self) -> list[AbstractValue]:
        """All arguments."""
        return [*self.args, *self.kwargs.values()]

    @property
    def extent(self) -> Extent:
        """Narrow if any argument is."""
        extent = narrowest(value.extent for value in self.values)
        return extent if extent.narrow else Extent.UNKNOWN


def named(value: AbstractValue, name: str) -> AbstractValue:
    """A value whose name says that it is a batch, or the number of one."""
    if value.extent in (Extent.UNKNOWN, Extent.WHOLE) and value.kind in (Kind.SMALL, Kind.UNKNOWN) and "batch" in name:
        return value.with_(extent=Extent.PART)
    return value
