"""One call, with all that its handler may need."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from genaudit.lint.interpreter.facts import Extent
from genaudit.lint.interpreter.values import UNKNOWN, Val, narrowest

if TYPE_CHECKING:
    from genaudit.lint.interpreter.frames import Frame
    from genaudit.lint.interpreter.machine import Machine


class Call:
    """One call, with all that its handler may need."""

    __slots__ = ("args", "frame", "kwargs", "m", "name", "node")

    def __init__(
        self, m: Machine, frame: Frame, node: ast.AST, name: str, args: list[Val], kwargs: dict[str, Val]
    ) -> None:
        self.m = m
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

    def arg(self, index: int = 0, name: str = "") -> Val:
        """An argument by place or name."""
        if index < len(self.args):
            return self.args[index]
        return self.kwargs.get(name, UNKNOWN)

    @property
    def values(self) -> list[Val]:
        """All arguments."""
        return [*self.args, *self.kwargs.values()]

    @property
    def extent(self) -> Extent:
        """Narrow if any argument is."""
        extent = narrowest(value.extent for value in self.values)
        return extent if extent.narrow else Extent.UNKNOWN
