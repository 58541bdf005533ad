"""Where the walk begins: the source, the user's modules, threads, then all else."""

from __future__ import annotations

import sys
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


def source(walk: Walk, name: str, values: list[Any]) -> None:
    """The object that is driven, and its iterator."""
    for value in values:
        if value is not None:
            place = place_of(value)
            walk.reach(value, walk.tree.top, "source", place[2] if place else name)
    walk.drain()


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
        if type(name) is str and (is_users or target in {name, file}):
            chosen.append((name, fields))
    return chosen


def threads(walk: Walk) -> None:
    """The variables of the frames of all threads, but for those of genaudit."""
    names = _thread_names()
    for ident, top in list(sys._current_frames().items()):
        stack = []
        frame: Any = top
        while frame is not None:
            if not is_ours(frame.f_code):
                stack.append(frame)
            frame = frame.f_back
        if stack and len(stack) == _depth(top):
            node = walk.tree.top.child("thread", names.get(ident, "thread"), "Thread")
            node.count += 1
            for each in reversed(stack):
                below = node.child("frame", each.f_code.co_name, "frame", "")
                below.count += 1
                below.place = place_of(each)
                variables(walk, each, below, 1.0)
    walk.drain()


def _depth(frame: Any) -> int:
    depth = 0
    while frame is not None:
        depth += 1
        frame = frame.f_back
    return depth


def _thread_names() -> dict[int, str]:
    active = fields_of_module("threading").get("_active")
    names = {}
    for ident, thread in list(active.items()) if type(active) is dict else ():
        held = attributes_of(thread).get("_name")
        names[ident] = held if type(held) is str else "thread"
    return names
