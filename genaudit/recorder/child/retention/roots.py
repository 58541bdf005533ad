"""Where the walk begins: the source, the user's modules, threads, then all else."""

from __future__ import annotations

import sys
from _thread import get_ident
from os import sep

from genaudit.recorder.child.guard.own_imports import fields_of_module
from genaudit.recorder.child.guard.static_inspect import attributes_of, module_of
from genaudit.recorder.child.retention.beside import NOTHING
from genaudit.recorder.child.retention.edges import is_installed, is_ours, place_of, variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from genaudit.recorder.child.retention.beside import Beside
    from genaudit.recorder.child.retention.nodes import Node
    from genaudit.recorder.child.retention.walk import Walk

_MODULE = type(sys)
_BUILTIN: Any = type(len)
MOST_BEFORE_ITERATOR = 20_000
"""Objects that are looked at in what is driven: its iterator is to have its part of those that the walk may look at."""


def source(walk: Walk, name: str, values: list[Any]) -> None:
    """The object that is driven, then its iterator: what both have is the object's, which outlives the epoch."""
    driven = [value for value in values if value is not None]
    for value in driven:
        place = place_of(value)
        walk.reach(value, walk.tree.top, "source", place[2] if place else name)
        walk.drain(None if value is driven[-1] else MOST_BEFORE_ITERATOR)


def user_modules(walk: Walk, root: str, target: str | None, beside: Beside = NOTHING) -> None:
    """Globals of the user's modules, and what their classes keep.

    Args:
        root: The folder that is the user's own.
        target: Name or file of the module that the target comes from, wherever that is.
        beside: What a script has beside its source.
    """
    nodes = []
    for module, fields in _modules(root, target):
        node = walk.tree.top.child("module", module, "module")
        node.count += 1
        file = fields.get("__file__")
        node.place = (file, 1, "<module>") if type(file) is str else None
        nodes.append((module, fields, node))
    for module, fields, node in nodes:
        _globals(walk, module, fields, node, beside.names if module == "__main__" else frozenset())
    walk.drain()


def _globals(walk: Walk, module: str, fields: dict[str, Any], node: Node, unused: frozenset[str]) -> None:
    for name, value in list(fields.items()):
        if type(name) is not str or name.startswith("__") or name in unused:
            continue
        if issubclass(type(value), type):
            if module_of(value) == module:
                walk.reach_class(value, node)
        else:
            walk.reach(value, node, "variable", name)


def _modules(root: str, target: str | None) -> list[tuple[str, dict[str, Any]]]:
    inside = root.rstrip(sep) + sep
    chosen = []
    seen = set()
    for name in list(sys.modules):
        fields = fields_of_module(name)
        file = fields.get("__file__")
        if id(fields) in seen:
            # Under another name as well, as multiprocessing has the script.
            continue
        seen.add(id(fields))
        is_users = type(file) is str and file.startswith(inside) and not is_installed(file)
        if type(name) is str and (is_users or (target is not None and target in (name, file))):
            chosen.append((name, fields))
    return chosen


def n_exit_callbacks() -> int:
    """How many functions ``atexit`` is to call at the end."""
    count: Any = fields_of_module("atexit").get("_ncallbacks")
    return int(count()) if type(count) is _BUILTIN else 0


def exit_callbacks(walk: Walk, more: int) -> None:
    """What ``atexit`` is to call: C code keeps it, with what it is given.

    An array that a function is given is out of the collector's sight, and so is a tuple of arrays: their number is all
    that can be told.

    Args:
        more: Functions that were registered since the first walk.
    """
    if more > 0:
        module = walk.tree.top.child("module", "atexit", "module")
        module.count = 1
        callbacks = module.child("variable", "callbacks", "list")
        callbacks.count, callbacks.entries = 1, more
        each = callbacks.child("entry", "", "callback")
        each.count, each.is_foreign = more, True


def threads(walk: Walk, interrupted: Any = None, beside: Beside = NOTHING) -> None:
    """The variables of the frames of all threads, but for those of genaudit.

    Args:
        interrupted: The frame below those of genaudit, in the thread that walks; ``None`` where all are genaudit's.
        beside: What a script has beside its source.
    """
    names = _thread_names()
    tops = sys._current_frames()
    # That of this very function is among them: kept in a variable of its own, it would be a cycle.
    del tops[get_ident()]
    below = interrupted if interrupted is not None else beside.frame
    if below is not None:
        tops[get_ident()] = below
        # A name for it would be one more that keeps the frame.
        del below
    for ident in list(tops):
        frame: Any = tops.pop(ident)
        stack = []
        while frame is not None:
            if not is_ours(frame.f_code):
                stack.append(frame)
            frame = frame.f_back
        if stack:
            _stack(walk, names.get(ident, "thread"), stack, beside)
    walk.drain()


def _stack(walk: Walk, name: str, stack: list[Any], beside: Beside) -> None:
    """The frames of one thread, the innermost first."""
    node = walk.tree.top.child("thread", name, "Thread")
    node.count += 1
    for frame in reversed(stack):
        below = node.child("frame", frame.f_code.co_name, "frame")
        below.count += 1
        below.place = place_of(frame)
        variables(walk, frame, below, 1.0, beside.of(frame))


def pass_by(walk: Walk, beside: Beside) -> None:
    """Leave out what the functions of a script hold beside its source: who holds that is not the question."""
    held = []
    for frame in beside.frames:
        table = frame.f_locals
        held += [table[name] for name in beside.of(frame) if name in table]
        if type(table) is dict:
            # A copy, which the frame would keep.
            table.clear()
    walk.pass_by(held)


def _thread_names() -> dict[int, str]:
    active = fields_of_module("threading").get("_active")
    names = {}
    for ident, thread in list(active.items()) if type(active) is dict else ():
        held = attributes_of(thread).get("_name")
        names[ident] = held if type(held) is str else "thread"
    return names
