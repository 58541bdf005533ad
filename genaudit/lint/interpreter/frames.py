"""What an abstract run stands in: functions, frames, open loops, iterators that have not run."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from genaudit.lint.files.module import ClassInfo, Module
from genaudit.lint.files.syntax import FunctionNode
from genaudit.lint.interpreter.facts import Extent
from genaudit.lint.interpreter.values import Val


class Function:
    """A function of the run, with what it closes over and is bound to."""

    def __init__(
        self, module: Module, node: FunctionNode, closure: Frame | None = None, this: Val | None = None, name: str = ""
    ) -> None:
        self.module = module
        self.node = node
        self.closure = closure
        self.this = this
        self.name = name or getattr(node, "name", "<lambda>")
        self.bound: tuple[Val, ...] = ()
        self.bound_names: dict[str, Val] = {}
        self.owner: ClassInfo | None = None


Invocation = tuple[Function, tuple[Val, ...], dict[str, Val]]
"""A function with what it was called with."""


class Pending:
    """An iterator that has not run: a generator's call, a generator expression, a ``map``."""

    def __init__(
        self, kind: str, node: ast.AST, frame: Frame, parts: Sequence[Val] = (), call: Invocation | None = None
    ) -> None:
        self.kind = kind
        self.node = node
        self.frame = frame
        self.parts = parts
        self.call = call


class Pipe:
    """A ``tf.data`` pipeline so far."""

    def __init__(self, *, decoded: bool, batched: bool = False) -> None:
        self.decoded = decoded
        self.batched = batched


class Loop:
    """A loop that is open."""

    def __init__(self, extent: Extent, *, yields: bool) -> None:
        self.extent = extent
        self.yields = yields
        """A batch leaves from inside it."""


class Frame:
    """The names of one call."""

    def __init__(self, module: Module, node: ast.AST, name: str, parent: Frame | None = None) -> None:
        self.module = module
        self.node = node
        self.name = name
        self.parent = parent
        self.env: dict[str, Val] = {}
        self.born: dict[str, int] = {}
        self.items: dict[str, int] = {}
        """Names that the turns of a loop give another value, by how many loops are open in it."""
        self.this: Val | None = None
        self.owner: ClassInfo | None = None
        self.yielded: Val | None = None
        self.returned: Val | None = None
        self.consumed = False
        """Run to its end by a caller that keeps what it yields."""
        self.global_names: set[str] = set()
        self.loop_yields: dict[int, bool] = {}
