"""From the name of a target to the object: imports its module and follows attributes and calls."""

from __future__ import annotations

import os
import sys

from genaudit.recorder.child.call.location import here, source_lines
from genaudit.recorder.child.guard.own_imports import OwnImports, give_way
from genaudit.recorder.child.guard.refusal import USAGE, Refusal, listed, near
from genaudit.recorder.child.guard.user_calls import calls_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    Pending = tuple[Any, list[Any], dict[str, Any]]

_CO_GENERATOR = 0x20
_SOURCES = ("src", "lib", "python")
_RELATIVE = b"from ."
# Where to import from in place of the current directory, where a target needs another.
_import_from: list[str] = []


def load_module(target: dict[str, Any]) -> ModuleType:
    """Import the module or the file of a target, the current directory being importable.

    What the module raises while it is imported passes through unchanged.

    Args:
        target: ``module`` or ``file`` (absolute), as ``genaudit.recorder.target`` writes them; with the ``cells`` of a
            notebook that it needs; ``import_from`` where it lives in another tree than the current directory.

    Raises:
        Refusal: There is no such module or file.
    """
    _import_from[:] = target.get("import_from") or _import_from
    for folder in reversed(_import_from or [here()]):
        _put_first(folder)
    if target.get("cells"):
        return _load_cells(target["file"], target["cells"])
    if target.get("file"):
        return _load_file(target["file"])
    return _load_named(target["module"])


def walk(module: object, steps: list[list[Any]]) -> tuple[Any, Pending | None]:
    """Follow the steps of a target up to its last call, which is not made.

    Args:
        module: Where to start.
        steps: ``["attr", name]`` and ``["call", args, kwargs]``.

    Returns:
        The object that the steps lead to, and the call still to be made: ``(callable, args, kwargs)``. A function or
        class without parentheses is to be called without arguments. ``None`` where the object is no callable, or can
        be iterated over as it is.

    Raises:
        Refusal: An attribute is missing, or what is called is not callable.
    """
    value, path = module, ""
    for index, step in enumerate(steps):
        if step[0] == "attr":
            value = _with_object(value, step[1], _attribute(value, step[1], path))
            path = f"{path}.{step[1]}" if path else step[1]
            continue
        if not callable(value):
            raise Refusal(
                f"{path} cannot be called: it is {_a(type(value).__qualname__)}",
                slug="not-callable",
                hint="leave the parentheses out",
            )
        if index == len(steps) - 1:
            return value, (value, *_by_name(value, list(step[1]), dict(step[2])))
        value = _call(value, step[1], step[2], path)
        path += "(…)"
    return value, (value, [], {}) if _is_to_be_called(value) else None


def _with_object(owner: Any, name: str, value: Any) -> Any:
    """What an attribute is, with the making of its object where it is a method of a class."""
    if not issubclass(type(owner), type):
        return value
    with OwnImports():
        from genaudit.recorder.child.call.method import with_object

    return with_object(owner, name, value)


def _by_name(function: Any, args: list[Any], kwargs: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """The literals of a target's last call; those of a method that needs an object by their names."""
    with OwnImports():
        from genaudit.recorder.child.call.method import MethodOf

    return function.named(args, kwargs) if type(function) is MethodOf else (args, kwargs)


def _is_to_be_called(value: object) -> bool:
    """Whether an object at the end of a target, without parentheses, is a function rather than the data."""
    if isinstance(value, type):
        return True
    kind = type(value)
    drivable = any(hasattr(kind, name) for name in ("__iter__", "__next__", "__getitem__"))
    return callable(value) and not drivable


@calls_target
def _call(function: Any, args: list[Any], kwargs: dict[str, Any], path: str) -> object:
    """Make a call in the middle of a chain, refused before it starts where the arguments do not fit."""
    with OwnImports():
        import inspect
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return function(*args, **kwargs)
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        raise Refusal(
            f"{path}: {error}\n  {path.rpartition('.')[2]}{signature}",
            slug="arguments",
            hint="write its arguments between the parentheses; --arg is for the last call",
            exit_code=USAGE,
        ) from None
    return function(*args, **kwargs)


@calls_target
def _attribute(owner: object, name: str, path: str) -> object:
    try:
        return getattr(owner, name)
    except AttributeError:
        if hasattr(type(owner), name) or name in getattr(owner, "__dict__", {}):
            # A property of the user's own that fails.
            raise
    where = path or _module_text(owner)
    raise Refusal(f"{where} has no attribute {name!r}", slug="attribute-not-found", hint=_attribute_hint(owner, name))


def _attribute_hint(owner: object, name: str) -> str:
    shadow = os.path.join(here(), getattr(owner, "__name__", "") + ".py")
    if isinstance(owner, type(sys)) and getattr(owner, "__file__", None) != shadow and os.path.isfile(shadow):
        return f"another module has the name of your file; write {owner.__name__}.py:{name}"
    public = [other for other in dir(owner) if not other.startswith("_")]
    close = near(name, public)
    if close:
        return f"did you mean {' or '.join(close)}?"
    if not isinstance(owner, type(sys)):
        return f"it has {listed(public)}" if public else ""
    submodule = f"{owner.__name__}.{name}"
    if hasattr(owner, "__path__") and _exists(submodule):
        return f"{submodule} is a module: write {submodule}:NAME"
    names = callables_of(owner)
    return f"it defines {listed(names)}" if names else "it defines no functions or classes"


@calls_target
def callables_of(module: ModuleType) -> list[str]:
    """Names of the generators, functions and classes that a module itself defines, generators first."""
    own = [
        (name, value)
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", None) == module.__name__ and not name.startswith("_")
    ]
    generators = [name for name, value in own if _is_generator_function(value)]
    return generators + [name for name, _ in own if name not in generators]


def _is_generator_function(value: object) -> bool:
    code = getattr(value, "__code__", None)
    return bool(getattr(code, "co_flags", 0) & _CO_GENERATOR)


@calls_target
def _load_named(name: str) -> ModuleType:
    with OwnImports():
        import importlib

    message = ""
    for folder in ("", *_source_folders(name)):
        if folder:
            _put_first(os.path.join(here(), folder))
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            missing = error.name or ""
            if name != missing and not name.startswith(f"{missing}."):
                # The module is there; something that it imports is not.
                raise
            message = str(error)
    raise Refusal(
        message if "not a package" in message else f"there is no module {name!r}",
        slug="module-not-found",
        hint=_module_hint(name),
    )


def _source_folders(name: str) -> list[str]:
    """Folders that projects keep their packages in, where this one has the package of a module."""
    top = name.partition(".")[0]
    return [
        folder for folder in _SOURCES if os.path.isdir(os.path.join(folder, top)) or _is_module(folder, f"{top}.py")
    ]


def _module_hint(name: str) -> str:
    parent, _, last = name.rpartition(".")
    folder = parent.replace(".", os.sep) if parent else "."
    sources = [source for source in _source_folders(name) if os.path.isdir(os.path.join(source, folder))]
    folder = os.path.join(sources[0], folder) if sources else folder
    try:
        entries = sorted(os.listdir(folder))
    except OSError:
        return f"looked in {here()} and in the installed packages"
    modules = [entry.removesuffix(".py") for entry in entries if _is_module(folder, entry)]
    close = near(last, modules)
    if close:
        return "did you mean " + " or ".join(f"{parent}.{other}" if parent else other for other in close) + "?"
    return f"looked in {here()} and in the installed packages"


def _is_module(folder: str, entry: str) -> bool:
    if entry.endswith(".py"):
        return os.path.isfile(os.path.join(folder, entry))
    return os.path.isfile(os.path.join(folder, entry, "__init__.py"))


@calls_target
def _exists(name: str) -> bool:
    with OwnImports():
        import importlib.util

    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _load_file(path: str) -> ModuleType:
    if not os.path.isfile(path):
        raise Refusal(f"there is no file {path}", slug="file-not-found")
    folder, stem = os.path.dirname(path), os.path.splitext(os.path.basename(path))[0]
    top, packages = _package_of(folder)
    if not packages or _climbs(path) > len(packages):
        top, packages = _namespace_of(path, folder) or (top, packages)
    if packages and stem.isidentifier():
        return _load_in_package(path, top, [*packages, stem])
    _put_first(folder)
    return _load_loose(path, stem)


def _package_of(folder: str) -> tuple[str, list[str]]:
    """The folder above the outermost package that holds ``folder``, and the names of the packages from there."""
    names: list[str] = []
    while os.path.isfile(os.path.join(folder, "__init__.py")) and os.path.basename(folder).isidentifier():
        names.insert(0, os.path.basename(folder))
        folder = os.path.dirname(folder)
    return folder, names


def _climbs(path: str) -> int:
    """How many packages a file's relative imports go up; 0 where it has none."""
    words = (line.split(maxsplit=2)[:2] for line in source_lines(path) if line.lstrip().startswith(_RELATIVE))
    return max((len(word) - len(word.lstrip(b".")) for _, word in words), default=0)


def _namespace_of(path: str, folder: str) -> tuple[str, list[str]] | None:
    """The same for a file with relative imports whose folders have no ``__init__.py``: they are packages all the same.

    The outermost is the one below the folder of sources, or below the current one; else as far up as the file goes.
    """
    climbs = _climbs(path)
    if not climbs:
        return None
    roots = [os.path.join(here(), source) for source in _SOURCES] + [here()]
    root = next((root for root in roots if folder.startswith(root + os.sep)), "")
    names = folder[len(root) :].strip(os.sep).split(os.sep) if root else []
    if len(names) < climbs:
        names = folder.split(os.sep)[-climbs:]
        root = folder.rsplit(os.sep, climbs)[0]
    return (root, names) if all(name.isidentifier() for name in names) else None


@calls_target
def _load_in_package(path: str, top: str, names: list[str]) -> ModuleType:
    """Import a file of a package by its dotted name, so that its relative imports work."""
    with OwnImports():
        import importlib

    _put_first(top)
    if names[-1] == "__init__":
        names = names[:-1]
    dotted = ".".join(names)
    module = importlib.import_module(dotted)
    other = getattr(module, "__file__", None)
    if other is None or not os.path.samefile(other, path):
        raise Refusal(
            f"{path} belongs to the package {names[0]!r}, but a module of that name from {other} was there first",
            slug="module-shadowed",
            hint="rename the package",
        )
    return module


@calls_target
def _load_loose(path: str, stem: str) -> ModuleType:
    """Run a file as a module named for it, as ``python FILE`` would find the files beside it."""
    with OwnImports():
        import importlib.util

    name = stem
    while (present := sys.modules.get(name)) is not None:
        if _is_file_of(present, path):
            return present
        # Another module, perhaps of the standard library, has the name already and must keep it.
        name += "_target"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise Refusal(f"{path} is not a Python file", slug="file-not-found", hint="its name must end with .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    # A module may replace itself in sys.modules; what is there counts, as for the import statement.
    return sys.modules.get(name, module)


def _load_cells(path: str, text: str) -> ModuleType:
    """Run the cells of a notebook that a target needs, as a module named for it."""
    with OwnImports():
        from genaudit.recorder.child.call.cells import run_cells

    folder, name = os.path.dirname(path), os.path.splitext(os.path.basename(path))[0]
    _put_first(folder)
    while name in sys.modules:
        # Another module has the name; or other cells of the notebook were run for what makes the arguments.
        name += "_target"
    module = type(sys)(name)
    module.__file__ = path
    sys.modules[name] = module
    run_cells(vars(module), [(path, text)])
    return module


def _is_file_of(module: ModuleType, path: str) -> bool:
    other = getattr(module, "__file__", None)
    try:
        return other is not None and os.path.samefile(other, path)
    except OSError:
        return False


def _put_first(folder: str) -> None:
    """Make a folder the first place to import from."""
    if sys.path[:1] != [folder]:
        sys.path[:] = [folder] + [entry for entry in sys.path if entry not in {folder, ""}]
        give_way()


def _module_text(owner: object) -> str:
    if not isinstance(owner, type(sys)):
        return f"the {type(owner).__qualname__}"
    file = getattr(owner, "__file__", None)
    return f"module {owner.__name__}" + (f" ({file})" if file else "")


def _a(noun: str) -> str:
    return f"an {noun}" if noun[:1].lower() in "aeiou" else f"a {noun}"
