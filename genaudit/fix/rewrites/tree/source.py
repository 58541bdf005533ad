"""A source text as a concrete syntax tree, with where each node is and what is around it."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import TypeVar

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider

Node = TypeVar("Node", bound=cst.CSTNode)
Function = cst.FunctionDef | cst.Lambda


class Source:
    """What rewrites ask of a text.

    Args:
        text: Python source that parses, its lines ended by a line feed.
    """

    def __init__(self, text: str) -> None:
        wrapper = MetadataWrapper(cst.parse_module(text))
        self.module = wrapper.module
        self._parents = wrapper.resolve(ParentNodeProvider)
        self._positions = wrapper.resolve(PositionProvider)
        self._known: dict[cst.CSTNode, Sequence[cst.CSTNode]] = {}
        self._lines = text.split("\n")
        self.words = frozenset(name.value for name in self.find(cst.Name))
        """Every name in the code, whatever it is of."""
        self.imports = _imports(self, self.module)
        """Dotted names by the name that they are imported as, anywhere in the module."""
        lines = [node for node in self.module.body if isinstance(node, cst.SimpleStatementLine)]
        self.top_imports = {bound: dotted for line in lines for bound, dotted in _imports(self, line).items()}
        """Those of them that all of the module has."""

    # --- around a node --------------------------------------------------------------------------------------------

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """What a node is directly in; ``None`` for the module."""
        return self._parents.get(node)

    def above(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """Everything that a node is in, from the inside to the module."""
        parent = self.parent(node)
        while parent is not None:
            yield parent
            parent = self.parent(parent)

    def up(self, node: cst.CSTNode, *kinds: type[Node]) -> Node | None:
        """The innermost node of some kinds that a node is in."""
        return next((outer for outer in self.above(node) if isinstance(outer, kinds)), None)

    def is_in(self, node: cst.CSTNode, outer: cst.CSTNode) -> bool:
        """Whether a node is another one, or in it."""
        return node is outer or any(above is outer for above in self.above(node))

    def function(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """The ``def`` around a node."""
        return self.up(node, cst.FunctionDef)

    def class_of(self, function: cst.FunctionDef) -> cst.ClassDef | None:
        """The class that a function is a method of."""
        outer = self.up(function, cst.FunctionDef, cst.ClassDef)
        return outer if isinstance(outer, cst.ClassDef) else None

    def loops(self, node: cst.CSTNode) -> list[cst.For | cst.While]:
        """Loop statements around a node in its own function, the innermost first."""
        found: list[cst.For | cst.While] = []
        for outer in self.above(node):
            if isinstance(outer, cst.FunctionDef | cst.ClassDef):
                break
            if isinstance(outer, cst.For | cst.While):
                found.append(outer)
        return found

    def small(self, node: cst.CSTNode) -> cst.BaseSmallStatement | None:
        """The simple statement that a node is in, or is."""
        return node if isinstance(node, cst.BaseSmallStatement) else self.up(node, cst.BaseSmallStatement)

    def statement(self, node: cst.CSTNode) -> cst.BaseStatement:
        """The innermost statement, on lines of its own, that a node is in, or is."""
        found = node if isinstance(node, cst.BaseStatement) else self.up(node, cst.BaseStatement)
        assert found is not None
        return found

    def is_alone(self, statement: cst.CSTNode) -> bool:
        """Whether a simple statement has its lines for itself."""
        line = self.parent(statement)
        return isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1

    def siblings(self, statement: cst.BaseStatement) -> list[cst.BaseStatement]:
        """The statements of the block that a statement is in, with itself."""
        body = getattr(self.parent(statement), "body", [])
        return [node for node in body if isinstance(node, cst.BaseStatement)]

    def following(self, statement: cst.BaseStatement) -> list[cst.BaseStatement]:
        """The statements behind a statement in its block."""
        siblings = self.siblings(statement)
        return siblings[next(at for at, node in enumerate(siblings) if node is statement) + 1 :]

    # --- where, and what ------------------------------------------------------------------------------------------

    def line(self, node: cst.CSTNode) -> int:
        """The line that a node begins on; 1 is the first."""
        return int(self._positions[node].start.line)

    def line_of(self, node: cst.CSTNode) -> str:
        """The text of that line."""
        return self._lines[self.line(node) - 1]

    def covers(self, node: cst.CSTNode, line: int) -> bool:
        """Whether a line is one of those that a node is written on."""
        span = self._positions[node]
        return bool(span.start.line <= line <= span.end.line)

    def place(self, node: cst.CSTNode) -> tuple[int, int]:
        """Line and column of a node: an order of nodes that do not nest."""
        start = self._positions[node].start
        return start.line, start.column

    def code(self, node: cst.CSTNode) -> str:
        """The text of a node."""
        return self.module.code_for_node(node).strip()

    def find(self, kind: type[Node], within: cst.CSTNode | None = None) -> list[Node]:
        """All nodes of a kind in the module, or in a node of it, as they are written."""
        found: list[Node] = []
        stack: list[cst.CSTNode] = [within or self.module]
        while stack:
            node = stack.pop()
            if isinstance(node, kind):
                found.append(node)
            stack.extend(self._parts(node))
        return found

    def _parts(self, node: cst.CSTNode) -> Sequence[cst.CSTNode]:
        """What a node is made of, the last first; libcst walks it each time that it is asked."""
        parts = self._known.get(node)
        if parts is None:
            parts = self._known[node] = node.children[::-1]
        return parts

    def calls(self, *names: str, within: cst.CSTNode | None = None) -> list[cst.Call]:
        """Calls of functions that have these dotted names."""
        return [call for call in self.find(cst.Call, within) if self.name(call.func) in names]

    def name(self, node: cst.CSTNode) -> str | None:
        """The dotted name of an expression, with the module's imports resolved; ``None`` where it has none."""
        if isinstance(node, cst.Name):
            return self.imports.get(node.value, node.value)
        if isinstance(node, cst.Attribute):
            base = self.name(node.value)
            return base and f"{base}.{node.attr.value}"
        return None

    def definition(self, name: str) -> cst.FunctionDef | None:
        """The function of the module with a name, where there is one only."""
        found = [function for function in self.find(cst.FunctionDef) if function.name.value == name]
        return found[0] if len(found) == 1 and self.class_of(found[0]) is None else None

    def fresh(self, name: str) -> str:
        """A name that the text does not have yet."""
        while name in self.words:
            name += "_"
        return name

    def fresh_attribute(self, name: str) -> str:
        """A name that no attribute in the text has."""
        taken = {node.attr.value for node in self.find(cst.Attribute)}
        taken |= {node.name.value for node in self.find(cst.FunctionDef)}
        while name in taken:
            name += "_"
        return name


@functools.lru_cache(maxsize=2)
def source_of(text: str) -> Source:
    """The tree of a text, which all rewrites look at one after another, and none changes."""
    return Source(text)


def _imports(source: Source, within: cst.CSTNode) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in source.find(cst.Import, within):
        for alias in node.names:
            dotted = source.code(alias.name)
            bound = alias.asname.name if alias.asname else None
            found[source.code(bound) if bound else dotted.partition(".")[0]] = (
                dotted if bound else dotted.partition(".")[0]
            )
    for imported in source.find(cst.ImportFrom, within):
        if imported.module is None or imported.relative or isinstance(imported.names, cst.ImportStar):
            continue
        for alias in imported.names:
            name = source.code(alias.name)
            bound = alias.asname.name if alias.asname else None
            found[source.code(bound) if bound else name] = f"{source.code(imported.module)}.{name}"
    return found
