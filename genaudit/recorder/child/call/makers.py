"""A target that gives nothing: told before it runs where its code shows it, with what else could be meant."""

from __future__ import annotations

import sys

from genaudit.recorder.child.call import location
from genaudit.recorder.child.guard.own_imports import OwnImports, fields_of_module
from genaudit.recorder.child.guard.refusal import Refusal
from genaudit.recorder.child.guard.static_inspect import (
    MISSING,
    FunctionType,
    class_attribute,
    is_native,
    module_of,
    mro_of,
    name_of,
    names_in,
    namespace_of,
)
from genaudit.recorder.child.retention.edges import is_installed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

_YIELDS = 0x20 | 0x200
_ModuleType = type(sys)
_LIBRARY_MAKERS = {
    "DataLoader", "from_generator", "from_tensor_slices", "from_tensors", "list_files", "TFRecordDataset",
    "TextLineDataset", "flow_from_directory", "flow_from_dataframe", "flow", "image_dataset_from_directory",
    "text_dataset_from_directory", "audio_dataset_from_directory", "load_dataset",
}  # fmt: skip
"""Names by which frameworks make sources of batches."""
MOST_NAMED = 4
_MOST_DEEP = 4


def refuse_procedure(function: Any, target: dict[str, Any]) -> None:
    """Refuse a function that returns nothing before it is run: a whole training may be in it.

    Args:
        function: What is to be called; by its code, every return of it hands out ``None``.
        target: As the child gets it.

    Raises:
        Refusal: Its text has neither a ``yield`` nor a ``return`` with a value.
    """
    # What a test has to say may be a skip, or a failure, and only it can tell.
    if not function.__name__.startswith("test") and _has_no_return(function):
        raise Refusal(
            f"the target gives None, which is no source of batches: {function.__name__} returns nothing, and was not "
            "called",
            slug="not-drivable",
            hint=hint(function, target),
        )


def nothing(function: Any, target: dict[str, Any]) -> Refusal:
    """What is said of a function that returned nothing."""
    return Refusal(
        f"the target gives None, which is no source of batches: {function.__name__} returned nothing",
        slug="not-drivable",
        hint=hint(function, target),
    )


def hint(function: Any, target: dict[str, Any]) -> str:
    """The next command to type: what its module makes batches with, and the script as it is."""
    names = makers_in(function, _head(target))
    file = function.__code__.co_filename
    script = f"the script as it runs: genaudit run {_shown(file)}" if _is_script(file) else ""
    lacks = "does the function lack a yield, or a return?"
    if not names:
        return f"{lacks} Name the one that yields the batches" + (f", or {script}" if script else "")
    others = f"; there are {', '.join(names[1:])} too" if names[1:] else ""
    return f"{lacks} What makes batches: genaudit run {names[0]}{others}" + (f"; or {script}" if script else "")


def makers_in(function: Any, head: str) -> list[str]:
    """Targets that make batches: what a function uses itself, in the order that it does, then others of its module.

    Args:
        function: Of the user's.
        head: The module of the function as a target names it.
    """
    fields = function.__globals__
    used, names = _used(function.__code__, fields), _Makers(fields).names
    found = [f"{head}:{name}" for name in used if name in names]
    for name in used:
        module = fields.get(name)
        if type(module) is _ModuleType and _is_own(module.__name__):
            inner = [one for one in _Makers(vars(module)).names if set(one.split(".")) <= set(used)]
            found += [f"{module.__name__}:{one}" for one in inner]
    return list(dict.fromkeys([*found, *(f"{head}:{name}" for name in names)]))[:MOST_NAMED]


def of_module(fields: dict[str, Any]) -> list[str]:
    """Names of a module that are sources of batches, or make them; generators first."""
    return _Makers(fields).names


class _Makers:
    """Sources, and what makes them, among the names of a module.

    Args:
        fields: The module's names.
    """

    def __init__(self, fields: dict[str, Any]) -> None:
        own = {name: value for name, value in list(fields.items()) if type(name) is str and not name.startswith("_")}
        functions = {name: value for name, value in own.items() if _is_own_function(value)}
        names = [name for name, value in functions.items() if value.__code__.co_flags & _YIELDS]
        for name, value in own.items():
            if issubclass(type(value), type) and _is_own(module_of(value)):
                names += _of_class(name, value)
            elif _is_source(value):
                names.append(name)
        returning = {name: value for name, value in functions.items() if not location.gives_only_none(value)}
        found = 0
        while found < len(names):
            found = len(names)
            makers = {name.partition(".")[0] for name in names} | _LIBRARY_MAKERS
            names += [
                name for name, value in returning.items() if name not in names and makers & names_in(value.__code__)
            ]
        self.names = names


def _of_class(name: str, kind: type) -> list[str]:
    """The class itself where its objects give batches, else its methods that yield."""
    begins = class_attribute(kind, "__iter__")
    if type(begins) is FunctionType or _has_function(kind, "__aiter__", "__next__"):
        return [name]
    if all(type(class_attribute(kind, one)) is FunctionType for one in ("__len__", "__getitem__")):
        return [name]
    methods = {key: value for base in reversed(mro_of(kind)) for key, value in namespace_of(base).items()}
    return [
        f"{name}.{key}"
        for key, value in methods.items()
        if type(value) is FunctionType and not key.startswith("_") and value.__code__.co_flags & _YIELDS
    ]


def _has_function(kind: type, *names: str) -> bool:
    return any(type(class_attribute(kind, name)) is FunctionType for name in names)


def _is_source(value: Any) -> bool:
    """Whether an object at the top of a module gives batches: a loader, a generator, an object of a class that does."""
    kind = type(value)
    if name_of(kind) in {"generator", "async_generator"}:
        return True
    if is_native(kind) or issubclass(kind, type) or type(value) in {FunctionType, _ModuleType}:
        return False
    if any(name_of(base) in {"DataLoader", "DatasetV2", "PyDataset"} for base in mro_of(kind)):
        return True
    return _is_own(module_of(kind)) and bool(_of_class("", kind) == [""])


def _used(code: CodeType, fields: dict[str, Any], depth: int = 0) -> list[str]:
    """The global names that code uses, and those that the functions use that it uses."""
    used: list[str] = []
    for name in sorted(names_in(code), key=lambda name: _place(code, name)):
        used.append(name)
        # A method is named with its class: `Loader(…).flow(…)`.
        used += [f"{other}.{name}" for other in code.co_names if other != name and other in fields]
        value = fields.get(name)
        inner = value.__code__ if type(value) is FunctionType and _is_own_function(value) else code
        if depth < _MOST_DEEP and inner is not code:
            used += _used(inner, fields, depth + 1)
    return list(dict.fromkeys(used))


def _place(code: CodeType, name: str) -> int:
    return code.co_names.index(name) if name in code.co_names else len(code.co_names)


def _is_own_function(value: Any) -> bool:
    return type(value) is FunctionType and not is_installed(value.__code__.co_filename)


def _is_own(module: str) -> bool:
    file = fields_of_module(module).get("__file__")
    return type(file) is str and not is_installed(file)


def _has_no_return(function: Any) -> bool:
    """Whether the text of a function has no ``return`` with a value in it; not known of one without a text."""
    with OwnImports():
        import ast
        import inspect
        import textwrap
    try:
        lines = [line.decode() + "\n" for line in location.source_lines(function.__code__.co_filename)]
        block = inspect.getblock(lines[function.__code__.co_firstlineno - 1 :])
        tree = ast.parse(textwrap.dedent("".join(block)))
    except Exception:
        return False
    if len(tree.body) != 1 or getattr(tree.body[0], "name", MISSING) != function.__code__.co_name:
        return False
    # What a function in it returns is none of its own.
    inner = [node for node in ast.walk(tree.body[0]) if node is not tree.body[0] and isinstance(node, _scopes(ast))]
    others = {id(part) for node in inner for part in ast.walk(node)}
    given = [node.value for node in ast.walk(tree) if isinstance(node, ast.Return) and id(node) not in others]
    return not any(
        value is not None and not (isinstance(value, ast.Constant) and value.value is None) for value in given
    )


def _scopes(ast: Any) -> tuple[Any, ...]:
    return (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def _head(target: dict[str, Any]) -> str:
    """The target's module or file, as it was typed."""
    text = str(target.get("text") or "")
    return text.partition(".py:")[0] + ".py" if target.get("file") else text.partition(":")[0]


def _is_script(file: str) -> bool:
    return file.endswith(".py") and any(b"__main__" in line for line in location.source_lines(file))


def _shown(file: str) -> str:
    here = location.here() + "/"
    return file.removeprefix(here)
