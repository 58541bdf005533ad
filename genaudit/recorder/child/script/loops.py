"""What a loop that nobody was told of runs over: a generator is suspended meanwhile, all else has a name in it."""

from __future__ import annotations

import sys
from gc import get_objects, get_referents, get_referrers

from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.static_inspect import FunctionType, GeneratorType, has, name_of
from genaudit.recorder.child.retention.edges import is_users

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_DEPTH, _WIDTH = 4, 16
_COUNTERS = {"range", "len", "int", "enumerate", "tqdm", "tqdm.tqdm"}
_WHOLE: tuple[Any, ...] = (list, tuple, dict, set, str, bytes)
_PASSED_BY: set[Any] = {type(sys), type, FunctionType, type((lambda: None).__code__), str, int, float, list, set}


def run_over(path: str, line: int, names: Callable[[str], Any]) -> Any:
    """The object that the innermost loop around a line runs over, where the loop has it by its name.

    Args:
        path: File of the line.
        names: The value of a variable there; ``None`` without one.

    Returns:
        ``None`` where there is no such loop, or it runs over data that is there as a whole.
    """
    loop = loop_around(path, line)
    name = None if loop is None else _name(loop.iter)
    value = None if name is None else names(name)
    if value is None or issubclass(type(value), _WHOLE) or has(value, "shape"):
        return None
    return value if has(value, "__iter__") or has(value, "__getitem__") else None


def loop_around(path: str, line: int) -> Any:
    """The innermost ``for`` statement that has a line in its body and does more than count; ``None`` without one."""
    with OwnImports():
        import ast
    loops = [
        node
        for node in nodes_of(path)
        if isinstance(node, ast.For) and node.lineno < line <= (node.end_lineno or 0) and not _counts(node)
    ]
    return max(loops, key=lambda node: node.lineno, default=None)


def nodes_of(path: str) -> list[Any]:
    """All nodes of the syntax tree of a file; none where it is no Python."""
    with OwnImports():
        import ast
    try:
        with open(path, encoding="utf-8") as file:
            return list(ast.walk(ast.parse(file.read())))
    except (OSError, ValueError, SyntaxError):
        return []


def _counts(loop: Any) -> bool:
    """Whether a loop only counts its rounds, be it with a bar that shows them."""
    with OwnImports():
        import ast
    called = {ast.unparse(part.func) for part in ast.walk(loop.iter) if isinstance(part, ast.Call)}
    return "range" in called and called <= _COUNTERS


def _name(iterated: Any) -> str | None:
    """The variable that is run over, be it counted or shown by a bar."""
    while getattr(iterated, "args", None) and getattr(getattr(iterated, "func", None), "id", "") in _COUNTERS:
        iterated = iterated.args[0]
    return getattr(iterated, "id", None)


def running_generators() -> list[Any]:
    """Generators of the user's that have begun and wait for more to be asked, without those that others are fed by."""
    waiting = [each for each in get_objects() if type(each) is GeneratorType and _waits(each)]
    inner = {id(part) for each in waiting for part in _fed_by(each)}
    return [each for each in waiting if id(each) not in inner]


def _waits(generator: Any) -> bool:
    code = generator.gi_code
    if generator.gi_frame is None or generator.gi_running or _is_new(generator):
        return False
    if not is_users(code):
        return False
    return not any(name_of(type(holder)).startswith("_GeneratorContextManager") for holder in _holders(generator))


def _is_new(generator: Any) -> bool:
    """Whether nothing was asked of it yet; Python 3.11 says so itself.

    Its variables are not looked at: the frame would keep what they are now.
    """
    suspended = getattr(generator, "gi_suspended", None)
    return generator.gi_frame.f_lasti == -1 if suspended is None else not suspended


def _holders(generator: Any) -> list[Any]:
    """What refers to it; an object's own dictionary stands for the object."""
    direct = [each for each in get_referrers(generator) if type(each) is not list]
    return direct + [owner for each in direct if type(each) is dict for owner in get_referrers(each)]


def _fed_by(generator: Any) -> list[Any]:
    """Generators that another takes its batches from."""
    found: list[Any] = []
    level = [generator]
    for _ in range(_DEPTH):
        # Through enumerate, zip, map and their like, and through an object that passes them on.
        level = [each for holder in level for each in get_referents(holder)[:_WIDTH] if type(each) not in _PASSED_BY]
        found += [each for each in level if type(each) is GeneratorType and each is not generator]
    return found
