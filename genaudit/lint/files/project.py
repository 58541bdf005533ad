"""The files of a run: what each defines and imports, and which definition a name means."""

from __future__ import annotations

import ast
import os
from collections import OrderedDict
from collections.abc import Callable, Iterable

from genaudit.lint.files.module import Module
from genaudit.lint.files.source import Source

_KEPT_MODULES = 64


class Project:
    """The files of one run.

    Args:
        paths: Absolute names of all files of the run.
        load: Reads and parses one of them.
    """

    def __init__(self, paths: Iterable[str], load: Callable[[str], Source]) -> None:
        self.paths = frozenset(paths)
        self._load = load
        self._modules: OrderedDict[str, Module | None] = OrderedDict()
        self._found: dict[tuple[str, str], tuple[str, list[str]] | None] = {}
        self._stems = {os.path.basename(path).removesuffix(".py") for path in self.paths}  # noqa: PTH119
        self._stems |= {os.path.basename(os.path.dirname(path)) for path in self.paths}  # noqa: PTH119, PTH120

    def add(self, source: Source, key: str) -> Module | None:
        """Keep a parsed file, and forget the one unused for longest."""
        module = None if source.tree is None else Module(source, source.tree, key)
        self._modules[key] = module
        while len(self._modules) > _KEPT_MODULES:
            self._modules.popitem(last=False)
        return module

    def module(self, key: str) -> Module | None:
        """The file with this absolute name."""
        if key in self._modules:
            self._modules.move_to_end(key)
            return self._modules[key]
        return self.add(self._load(key), key)

    def read_as(self, path: str) -> Module | None:
        """The file that was read last under this shown path; ``None`` where it was forgotten since."""
        return next((known for known in reversed(self._modules.values()) if known and known.path == path), None)

    def find(self, module: Module, dotted: str, depth: int = 5) -> tuple[Module, ast.AST | None] | None:
        """What a dotted name means as seen from a module: a definition, or a module (``None`` for its node)."""
        if depth == 0 or len(self.paths) < 2 or not self._stems.intersection(dotted.split(".")):
            return None
        key = (os.path.dirname(module.key), dotted)  # noqa: PTH120
        if key not in self._found:
            self._found[key] = self._locate(module.key, dotted)
        located = self._found[key]
        return None if located is None else self._member(located[0], located[1], depth)

    def _locate(self, path: str, dotted: str) -> tuple[str, list[str]] | None:
        """The file that a dotted name leads into, and what is left of the name."""
        for base, parts in places(path, dotted):
            for used in range(len(parts), 0, -1):
                file = self._file(base, parts[:used])
                if file is not None:
                    return file, parts[used:]
        return None

    def _file(self, base: str, parts: list[str]) -> str | None:
        stem = os.sep.join([base, *parts])  # noqa: PTH118
        for name in (f"{stem}.py", f"{stem}{os.sep}__init__.py"):
            if name in self.paths:
                return name
        return None

    def _member(self, file: str, rest: list[str], depth: int) -> tuple[Module, ast.AST | None] | None:
        target = self.module(file)
        if target is None:
            return None
        if not rest:
            return target, None
        name = rest[0]
        if name in target.functions:
            return target, target.functions[name]
        if name in target.classes:
            return target, target.classes[name].node
        if name in target.assigned and len(rest) == 1:
            return target, ast.Name(name)
        if name in target.imports:
            return self.find(target, ".".join([target.imports[name], *rest[1:]]), depth - 1)
        return None


def places(path: str, dotted: str) -> Iterable[tuple[str, list[str]]]:
    """Folders where a dotted name may start, nearest first, each with the parts to follow from there."""
    folder = os.path.dirname(path)  # noqa: PTH120
    name = dotted.lstrip(".")
    level = len(dotted) - len(name)
    parts = [part for part in name.split(".") if part]
    if not parts:
        return
    if level:
        for _ in range(level - 1):
            folder = os.path.dirname(folder)  # noqa: PTH120
        yield folder, parts
        return
    for _ in range(6):
        yield folder, parts
        parent = os.path.dirname(folder)  # noqa: PTH120
        if parent == folder:
            return
        folder = parent
