"""Where the walk begins: the source, the user's modules, threads, then all else."""

from __future__ import annotations

import sys
from _thread import get_ident
from os import sep

from genaudit.recorder.child.guard.own_imports import fields_of_module
from genaudit.recorder.child.guard.static_inspect import attributes_of, module_of
from genaudit.recorder.child.retention.edges import is_installed, is_ours, place_of, variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from genaudit.recorder.child.retention.nodes import Node
    from genaudit.recorder.child.retention.walk import Walk

_MODULE = type(sys)
MOST_BEFORE_ITERATOR = 20_000
"""Objects that are looked at in what is driven: its iterator is to have its part of those that the walk may look at."""


def source(walk: Walk, name: str, values: list[Any]) -> None:
    """The object that is driven, then its iterator: what both have is the object's, which outlives the epoch."""
    driven = [value for value in values if value is not None]
    for value in driven:
        place = place_of(value)
        walk.reach(value, walk.tree.top, "source", place[2] if place else name)
        walk.drain(None if value is driven[-1] else MOST_BEFORE_ITERATOR)


def user_modules(walk: Walk, root: str, target: str | None) -> None:
    """Globals of the user's modules, and what their classes keep.

    Args:
        root: The folder that is the user's own.
        target: Name or file of the module that the target comes from, wherever that is.
    """
    nodes = []
    for module, fields in _modules(root, target):
        node = walk.tree.top.child("module", module, "module")
        node.count += 1
        file = fields.get("__file__")
        node.place = (file, 1, "<module>") if type(file) is str else None
        nodes.append((module, fields, node))
    for module, fields, node in nodes:
        _globals(walk, module, fields, node)
    walk.drain()


def _globals(walk: Walk, module: str, fields: dict[str, Any], node: Node) -> None:
    for name, value in list(fields.items()):
        if type(name) is not str or name.startswith("__"):
            continue
        if issubclass(type(value), type):
            if module_of(value) == module:
                walk.reach_class(value, node)
        else:
            walk.reach(value, node, "variable", name)


def _modules(root: str, target: str | None) -> list[tuple[str, dict[str, Any]]]:
    inside = root.rstrip(sep) + sep
    chosen = []
    for name in list(sys.modules):
        fields = fields_of_module(name)
        file = fields.get("__file__")
        is_users = type(file) is str and file.startswith(inside) and not is_installed(file)
        if type(name) is str and (is_users or (target is not None and target in (name, file))):
            chosen.append((name, fields))
    return chosen


def threads(walk: Walk, interrupted: Any = None) -> None:
    """The variables of the frames of all threads, but for those of genaudit.

    Args:
        interrupted: The frame below those of genaudit, in the thread that walks; ``None`` where all are genaudit's.
    """
    names = _thread_names()
    tops = sys._current_frames()
    # That of this very function is among them: kept in a variable of its own, it would be a cycle.
    del tops[get_ident()]
    if interrupted is not None:
        tops[get_ident()] = interrupted
    for ident in list(tops):
        frame: Any = tops.pop(ident)
        stack = []
        while frame is not None:
            if not is_ours(frame.f_code):
                stack.append(frame)
            frame = frame.f_back
        if stack:
            _stack(walk, names.get(ident, "thread"), stack)
    walk.drain()


def _stack(walk: Walk, name: str, stack: list[Any]) -> None:
    """The frames of one thread, the innermost first."""
    node = walk.tree.top.child("thread", name, "Thread")
    node.count += 1
    for frame in reversed(stack):
        below = node.child("frame", frame.f_code.co_name, "frame")
        below.count += 1
        below.place = place_of(frame)
        variables(walk, frame, below, 1.0)


def _thread_names() -> dict[int, str]:
    active = fields_of_module("threading").get("_active")
    names = {}
    for ident, thread in list(active.items()) if type(active) is dict else ():
        held = attributes_of(thread).get("_name")
        names[ident] = held if type(held) is str else "thread"
    return names
