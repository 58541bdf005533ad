"""Where the walk begins, in the order of what a user would name first."""

from __future__ import annotations

import sys

from genaudit.recorder.child.guard.static_inspect import FunctionType, qualname_of
from genaudit.recorder.child.retention.edges import frame_of, is_dead_end, is_ours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from genaudit.recorder.child.retention.walk import Walk

_MODULE = type(sys)
_fields_of = vars(_MODULE)["__dict__"].__get__
_INSTALLED = ("/site-packages/", "/dist-packages/")
_REGISTRIES = ("logging", "matplotlib._pylab_helpers", "matplotlib.pyplot", "weakref", "concurrent.futures.thread")
"""Modules of libraries whose variables are known to keep what others hand to them."""


class UsersModules:
    """Which modules are the user's own.

    Args:
        root: The folder that is the user's.
        target: The target's module.
    """

    def __init__(self, root: str, target: Any) -> None:
        prefix = root.rstrip("/") + "/"
        self.by_name: dict[str, dict[str, Any]] = {}
        for name, module in list(sys.modules.items()):
            if type(name) is not str or not issubclass(type(module), _MODULE):
                continue
            fields = _fields_of(module)
            file = fields.get("__file__")
            is_own = type(file) is str and file.startswith(prefix) and not any(part in file for part in _INSTALLED)
            if module is target or is_own:
                self.by_name[name] = fields

    def has(self, name: str) -> bool:
        """Whether a module of this name is the user's."""
        return name in self.by_name


def begin_at_source(walk: Walk, owner: Any, iterator: Any) -> None:
    """The object that the target gave, and the iterator that is driven."""
    for value in (owner, iterator):
        if value is not None and not is_dead_end(value):
            walk.root("source", name_of_source(value), value)
            walk.run()


def name_of_source(value: Any) -> str:
    """How a user knows it: a generator by its function, another object by its class."""
    frame = frame_of(value)
    if frame is not None:
        return frame.f_code.co_name
    if type(value) is FunctionType:
        return str(value.__name__)
    return qualname_of(type(value))


def begin_at_modules(walk: Walk, modules: UsersModules) -> None:
    """The global variables of the user's modules, with their classes and functions."""
    for name, fields in modules.by_name.items():
        node = walk.named_root("module", name, "module")
        file = fields.get("__file__")
        node.path = file if type(file) is str else None
        walk.skip(fields)
        for variable, held in list(fields.items()):
            if type(variable) is str and not (variable.startswith("__") and variable.endswith("__")):
                walk.reach(node, "variable", variable, held)
    walk.run()


def begin_at_threads(walk: Walk) -> None:
    """What functions that run in other threads have in their variables."""
    threads = sys.modules.get("threading")
    if threads is None:
        return
    own = threads.get_ident()
    for number, frame in sys._current_frames().items():
        if number != own:
            _begin_at_stack(walk, frame)
    active = _fields_of(threads).get("_active")
    for thread in list(active.values()) if type(active) is dict else ():
        if not is_dead_end(thread):
            walk.root("thread", str(getattr(thread, "_name", "thread")), thread)
    walk.run()


def _begin_at_stack(walk: Walk, frame: FrameType | None) -> None:
    while frame is not None:
        if not is_ours(frame.f_code):
            walk.root("thread", frame.f_code.co_name, frame)
        frame = frame.f_back


def begin_at_libraries(walk: Walk) -> None:
    """Libraries that keep what is handed to them."""
    for name in _REGISTRIES:
        module = sys.modules.get(name)
        if module is None or not issubclass(type(module), _MODULE):
            continue
        node = walk.named_root("module", name, "module")
        for variable, held in list(_fields_of(module).items()):
            if type(variable) is str and not variable.startswith("__") and not is_dead_end(held):
                walk.reach(node, "variable", variable, held)
    walk.run()
