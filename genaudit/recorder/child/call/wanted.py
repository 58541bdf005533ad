"""How to give an argument that has no value yet, by what its parameter is called and what the code does with it."""

from __future__ import annotations

from genaudit.recorder.child.call import location
from genaudit.recorder.child.call.method import MethodOf
from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.static_inspect import FunctionType, class_attribute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from genaudit.recorder.child.call.signature import Parameter

MOST_FIELDS = 4
_FILES = {"paths", "files", "filenames", "filepaths", "fnames", "images", "filelist"}
_FOLDERS = {"root", "folder", "dir", "directory", "path"}
_ARRAYS = {"x", "array", "arrays", "features"}


def words_for(parameter: Parameter, function: Any) -> str:
    """The option that gives a parameter its value, with what to write in capitals or as dots.

    Args:
        parameter: The one without a value.
        function: Whose parameter it is; what it reads of a configuration is named.
    """
    name = parameter.name
    for code in _codes(function):
        attributes, keys = _fields(code, name)
        if attributes:
            return f"--arg {name}=ns:{','.join(f'{each}=…' for each in attributes[:MOST_FIELDS])} (or yaml:FILE)"
        if keys:
            texts = ", ".join(f'"{each}": …' for each in keys[:MOST_FIELDS])
            return f"--arg '{name}={{{texts}}}' (or yaml:FILE)"
    return f"--arg {_value(name, set(name.lower().split('_')))}"


def _codes(function: Any) -> list[CodeType]:
    """The code that takes the arguments: of a function, of a constructor, of both where a method needs an object."""
    kind = type(function)
    if kind is FunctionType:
        return [function.__code__]
    if issubclass(kind, type):
        made = class_attribute(function, "__init__")
        return [made.__code__] if type(made) is FunctionType else []
    parts = [class_attribute(kind, "__call__")] if kind is not MethodOf else [function.owner, function.__wrapped__]
    return [
        code for part in parts if type(part) is FunctionType or issubclass(type(part), type) for code in _codes(part)
    ]


def _value(name: str, words: set[str]) -> str:
    if words & _FILES:
        return f"'{name}=glob:FOLDER/*'"
    if words & _FOLDERS:
        return f"{name}=FOLDER"
    if words & _ARRAYS:
        return f"{name}=npy:FILE"
    return f"{name}=…"


def _fields(code: CodeType, name: str) -> tuple[list[str], list[str]]:
    """What a function reads of a parameter as a configuration: attributes, and keys."""
    with OwnImports():
        import ast
        import inspect
        import textwrap
    try:
        lines = [line.decode() + "\n" for line in location.source_lines(code.co_filename)]
        tree = ast.parse(textwrap.dedent("".join(inspect.getblock(lines[code.co_firstlineno - 1 :]))))
    except Exception:
        # Without its text.
        return [], []
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    parts = [node for node in ast.walk(tree) if isinstance(node, (ast.Attribute, ast.Subscript))]
    own = [node for node in parts if isinstance(node.value, ast.Name) and node.value.id == name]
    own.sort(key=lambda node: (node.lineno, node.col_offset))
    attributes = [node.attr for node in own if isinstance(node, ast.Attribute)]
    if any(id(node) in called for node in own) or name in {"self", "cls"}:
        # Methods are called of it: it is no namespace.
        return [], []
    indices = [node.slice for node in own if isinstance(node, ast.Subscript)]
    keys = [node.value for node in indices if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return list(dict.fromkeys(attributes)), [] if len(keys) < len(indices) else list(dict.fromkeys(keys))
