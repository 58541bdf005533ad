"""Runs code of the cells of a notebook, each under the name that the notebook gave it."""

from __future__ import annotations

import os
import sys
from gc import get_referents

from genaudit.recorder.child.guard.static_inspect import FunctionType, GeneratorType, has
from genaudit.recorder.child.guard.user_calls import calls_target
from genaudit.recorder.child.retention.edges import is_installed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_WHOLE: tuple[Any, ...] = (list, tuple, dict, set, frozenset, str, bytes, range, int, float)
_VIEWS: tuple[Any, ...] = (type({}.keys()), type({}.values()), type({}.items()))
_BUILTIN: tuple[Any, ...] = (
    map,
    filter,
    zip,
    enumerate,
    reversed,
    type(iter([])),
    type(iter(())),
    type(iter(range(0))),
)


@calls_target
def run_cells(table: dict[str, Any], cells: list[tuple[str, str]], flags: int = 0) -> None:
    """Run cells in the namespace of a module.

    Args:
        table: The namespace.
        cells: File and text of each.
        flags: Of ``from __future__`` imports.
    """
    table.update(surroundings())
    for path, text in cells:
        exec(compile(text, path, "exec", flags, dont_inherit=True), table)  # noqa: S102 # nosec B102 - what is asked for


@calls_target
def values_of(path: str) -> dict[str, Any]:
    """Values that were sent, by name.

    Args:
        path: The file that makes them.
    """
    table: dict[str, Any] = {"__name__": "arguments", "__file__": path}
    with open(path, encoding="utf-8") as file:
        text = file.read()
    exec(compile(text, path, "exec", dont_inherit=True), table)  # noqa: S102 # nosec B102 - written for this audit
    made: dict[str, Any] = table["arguments"]()
    return made


def surroundings() -> dict[str, Any]:
    """What is there in a notebook and nowhere else; it does nothing here."""
    return {"display": lambda *_, **__: None, "get_ipython": Shell}


class Shell:
    """In place of the shell of a notebook: whatever it is asked for does nothing."""

    def __getattr__(self, _: str) -> Callable[..., None]:
        return lambda *_, **__: None


def of_loop(iterable: Any) -> Any:
    """What a loop of a cell runs over: handed over as a source, where it can be one."""
    consumer = sys.modules["genaudit"].__dict__.get("_loop")
    return iterable if consumer is None or not may_be_source(iterable) else consumer(iterable)


def may_be_source(value: Any) -> bool:
    """Whether a loop over something may be a loop over batches: no list, no file, no counter."""
    kind = type(value)
    if issubclass(kind, _WHOLE) or issubclass(kind, _VIEWS) or has(value, "iloc") or has(value, "readline"):
        return False
    if kind is GeneratorType:
        return _is_users(value.gi_code)
    if issubclass(kind, _BUILTIN):
        parts = get_referents(value)
        # zip has its iterators in a tuple.
        parts += [part for inner in parts if type(inner) is tuple for part in inner]
        return any(_is_lazy(part) for part in parts)
    if has(value, "shape") and not has(value, "__next__"):
        return False
    return has(value, "__iter__") or has(value, "__next__") or has(value, "__getitem__")


def _is_lazy(part: Any) -> bool:
    """Whether a builtin iterator makes something anew by it."""
    if type(part) is FunctionType:
        return _is_users(part.__code__)
    return type(part) is not type and not issubclass(type(part), type) and may_be_source(part)


def _is_users(code: Any) -> bool:
    return not is_installed(code.co_filename) and os.path.isabs(code.co_filename)
