"""Python objects by text, so that another process can make or find them again: arguments, and targets."""

import argparse
import ast
import dataclasses
import datetime as dt
import enum
import functools
import inspect
import math
import mmap
import sys
import sysconfig
from collections.abc import Callable, Mapping
from pathlib import Path, PurePath
from types import AsyncGeneratorType, BuiltinFunctionType, FunctionType, GeneratorType, MethodType, SimpleNamespace
from typing import Any

from genaudit.errors import UsageError
from genaudit.files import read_bytes
from genaudit.recorder.child.call.location import is_installed
from genaudit.sourcetext import MOST_CHARACTERS, tree_of

WAY_OUT = (
    "pass plain values, paths, lists of them, numpy arrays, or functions and classes of a module; "
    "anything else is made inside the test function, which runs in the measured process as a whole"
)
DEEPEST = 200
"""Lists in lists of arguments; also where one holds itself."""
MOST_SENT_BYTES = 2**30
"""Of an array that has another way to get there."""
_HEAD = '''"""Arguments of a test, made again in the process that is measured."""

import datetime
import importlib
import sys
from pathlib import Path


def _object(file, module, qualname):
    loaded = list(sys.modules.values()) if file else []
    value = next((module for module in loaded if getattr(module, "__file__", None) == file), None)
    if value is None:
        try:
            value = importlib.import_module(module)
        except ImportError:
            spec = importlib.util.spec_from_file_location(module, file)
            value = importlib.util.module_from_spec(spec)
            sys.modules[module] = value
            spec.loader.exec_module(value)
    for name in qualname.split("."):
        value = getattr(value, name)
    return value


def arguments():
'''


def write_arguments(values: Mapping[str, object], folder: Path) -> str:
    """Write a module that makes the values, and name its function.

    Args:
        values: By parameter.
        folder: Where the module goes, and the arrays beside it; it must stay until the audit is over.

    Returns:
        ``path/to/arguments.py:arguments``, as ``args_from`` takes it.

    Raises:
        UsageError: A value cannot be made again in another process.
    """
    writer = _Writer(folder)
    rows = "".join(f"        {name!r}: {writer.text(value, name)},\n" for name, value in values.items())
    imports = "    import numpy\n\n" if writer.uses_numpy else ""
    path = folder / "arguments.py"
    path.write_text(f"{_HEAD}{imports}    return {{\n{rows}    }}\n", encoding="utf-8")
    return f"{path}:arguments"


def can_be_sent(value: object) -> bool:
    """Whether ``write_arguments`` can write a value, and would not write gigabytes."""
    try:
        _Writer(None).text(value, "value")
    except UsageError:
        return False
    return True


class _Writer:
    """Turns values into expressions; arrays go into files.

    Args:
        folder: Of the files; ``None`` where nothing is to be written.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._n_files = 0
        self.uses_numpy = False

    def text(self, value: object, name: str) -> str:
        """An expression that makes the value again."""
        kind = type(value)
        write = _PLAIN.get(kind)
        if write is not None:
            return write(value)
        if kind in _CONTAINERS:
            head, tail = _CONTAINERS[kind]
            inside = "".join(f"{self.text(item, name)}, " for item in value)  # type: ignore[attr-defined]
            return f"{head}{inside.rstrip() if kind is tuple else inside.rstrip(', ')}{tail}"
        if isinstance(value, dict) and kind is dict:
            rows = ", ".join(f"{self.text(key, name)}: {self.text(item, name)}" for key, item in value.items())
            return f"{{{rows}}}"
        if isinstance(value, PurePath):
            return f"Path({str(value)!r})"
        if kind.__module__.partition(".")[0] == "numpy":
            return self._numpy(value, name)
        if isinstance(value, (type, FunctionType, BuiltinFunctionType)):
            return _by_name(value, name)
        return self._with_fields(value, name)

    def _with_fields(self, value: Any, name: str) -> str:
        """A configuration: a namespace, a data class, a named tuple, one of omegaconf."""
        kind = type(value)
        if isinstance(value, enum.Enum):
            return f"{_by_name(kind, name)}[{value.name!r}]"
        if kind.__module__.startswith("omegaconf."):
            container = sys.modules["omegaconf"].OmegaConf.to_container(value)
            return f"_object(None, 'omegaconf', 'OmegaConf').create({self.text(container, name)})"
        if isinstance(value, argparse.Namespace | SimpleNamespace):
            fields = dict(vars(value))
        elif dataclasses.is_dataclass(value):
            fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value) if field.init}
        elif isinstance(value, tuple) and hasattr(kind, "_fields"):
            fields = dict(zip(kind._fields, value, strict=True))
        else:
            return _by_variable(value, name)
        return f"{_by_name(kind, name)}(**{self.text(fields, name)})"

    def _numpy(self, value: Any, name: str) -> str:
        import numpy as np

        self.uses_numpy = True
        if isinstance(value, np.generic) and value.dtype.kind in "biuf":
            return f"numpy.dtype({value.dtype.str!r}).type({_number(value.item())})"
        if isinstance(value, np.dtype):
            return f"numpy.dtype({value.str!r})"
        # Only a map of a whole file: a part of one does not know where it begins.
        if type(value) is np.memmap and isinstance(getattr(value, "base", None), mmap.mmap) and value.filename:
            return (
                f"numpy.memmap({str(value.filename)!r}, dtype={value.dtype.str!r}, mode='r', offset={value.offset}, "
                f"shape={value.shape!r}, order={'F' if value.flags.fnc else 'C'!r})"
            )
        if not isinstance(value, np.ndarray) or value.dtype.hasobject or isinstance(value, np.ma.MaskedArray):
            raise _cannot(value, name)
        self._n_files += 1
        if self._folder is None:
            if value.nbytes > MOST_SENT_BYTES:
                raise _cannot(value, name)
            return ""
        path = self._folder / f"array-{self._n_files}.npy"
        np.save(path, np.asarray(value), allow_pickle=False)
        return f"numpy.load({str(path)!r})"


def _number(value: float) -> str:
    return repr(value) if isinstance(value, int) or math.isfinite(value) else f"float({str(value)!r})"


def _by_name(value: Any, name: str) -> str:
    module, qualname = value.__module__ or "", value.__qualname__
    loaded = sys.modules.get(module)
    file = getattr(loaded, "__file__", None)
    if "<" in qualname or loaded is None or _follow(loaded, qualname) is not value:
        raise _cannot(value, name)
    if module == "__main__":
        if file is None:
            raise _cannot(value, name)
        # Under this name another process has a module of its own.
        module = Path(file).stem
    return f"_object({file!r}, {module!r}, {qualname!r})"


def _by_variable(value: Any, name: str) -> str:
    """An object that has a name at the top of a module: the other process has one of its own there."""
    found = _named_in_module(value)
    if found is None or found[0] == "__main__":
        raise _cannot(value, name)
    module, variable = found
    return f"_object({sys.modules[module].__file__!r}, {module!r}, {variable!r})"


def _follow(value: Any, qualname: str) -> object:
    for part in qualname.split("."):
        value = getattr(value, part, None)
    return value


def _cannot(value: object, name: str) -> UsageError:
    kind = type(value)
    what = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    if isinstance(value, FunctionType):
        what = f"function without a name that leads to it ({value.__qualname__})"
    return UsageError(
        f"{name!r} is a {what}, which cannot be made again in the process that is measured",
        slug="argument-not-plain",
        hint=WAY_OUT,
    )


def _naive(value: Any) -> str:
    if getattr(value, "tzinfo", None) is not None:
        raise _cannot(value, "a time with a zone")
    return repr(value)


_PLAIN: dict[type, Callable[[Any], str]] = {
    **dict.fromkeys((type(None), bool, int, str, bytes, range), repr),
    float: _number,
    complex: lambda value: f"complex({str(value)!r})",
    **dict.fromkeys((dt.datetime, dt.date, dt.time, dt.timedelta), _naive),
}
_CONTAINERS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("set([", "])"),
    frozenset: ("frozenset([", "])"),
}


def is_plain(value: object, depth: int = 0) -> bool:
    """Whether a value can be sent to a process as it is: numbers, texts, and containers of them."""
    if depth > DEEPEST:
        return True
    if isinstance(value, list | tuple | set | frozenset):
        return all(is_plain(item, depth + 1) for item in value)
    if isinstance(value, dict):
        return all(is_plain(key, depth + 1) and is_plain(item, depth + 1) for key, item in value.items())
    return value is None or type(value) in {bool, int, float, complex, str, bytes}


def target_of(target: object) -> tuple[str, list[str]]:
    """The text of a target, and the folders that the measured process must import from.

    Args:
        target: A text, which is left as it is, or a function or class at the top of a module or a script.

    Raises:
        UsageError: Another process could not find it by a name.

    Example:
        >>> target_of("data:train_gen")
        ('data:train_gen', [])
        >>> import textwrap
        >>> target_of(textwrap.dedent)[0]
        'textwrap:dedent'
    """
    if isinstance(target, str):
        return target, []
    if isinstance(target, MethodType) and not isinstance(target.__self__, type):
        return _method(target)
    qualname = getattr(target, "__qualname__", None)
    if not callable(target) or not isinstance(qualname, str):
        return _object(target)
    if "<lambda>" in qualname:
        raise _no_target("a lambda has no name to find it by in the measured process", "make it a function: def gen()")
    if "<locals>" in qualname:
        raise _no_target(
            f"{qualname} is defined inside a function, where the measured process cannot find it",
            "move it to the top of its module",
        )
    name = target.__module__ or ""
    module = sys.modules.get(name)
    if module is None or _follow(module, qualname) != target:
        raise _no_target(
            f"{name}.{qualname} leads to another object than this one", "pass what the module itself calls so"
        )
    return _place(name, qualname)


def _place(name: str, qualname: str) -> tuple[str, list[str]]:
    """The text of a target in a module that is loaded here, and the folders that modules come from.

    Raises:
        UsageError: The module is a prompt, or a notebook.
    """
    module = sys.modules[name]
    if name != "__main__":
        return f"{name}:{qualname}", [*import_folders(), str(Path.cwd())]
    spec = getattr(module, "__spec__", None)
    if spec is not None:
        # Run by python -m.
        return f"{spec.name}:{qualname}", [*import_folders(), str(Path.cwd())]
    file = getattr(module, "__file__", None) or ""
    if not file.endswith(".py") or not Path(file).is_file():
        raise _no_target(
            f"{qualname} was typed at a prompt or in a notebook, where the measured process cannot find it",
            "write it to a file, in a notebook with %%writefile data.py, and import it from there",
        )
    path = Path(file).absolute()
    if qualname.partition(".")[0] in _made_when_run(path):
        raise _no_target(
            f"{qualname} is made below if __name__ == '__main__', which the measured process does not run",
            "move it above that line",
        )
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return f"{shown}:{qualname}", [str(path.parent), *import_folders()]


def _made_when_run(path: Path) -> set[str]:
    """Functions and classes of a script that are defined nowhere but below its question for ``__main__``."""
    tree = tree_of(read_bytes(path, MOST_CHARACTERS).decode("utf-8-sig", errors="replace"))
    if tree is None:
        return set()
    below = {
        getattr(part, "name", "")
        for node in tree.body
        if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)
        for part in ast.walk(node)
    }
    return below - {getattr(node, "name", "") for node in tree.body} - {""}


def partial_of(target: object) -> tuple[object, dict[str, object]]:
    """The function of a ``functools.partial`` with the arguments that it has, by name; else the target itself.

    Example:
        >>> import textwrap
        >>> partial_of(functools.partial(textwrap.wrap, "a text", width=40))[1]
        {'text': 'a text', 'width': 40}
    """
    if type(target) is not functools.partial:
        return target, {}
    try:
        bound = inspect.signature(target.func).bind_partial(*target.args, **target.keywords)
    except (TypeError, ValueError):
        return target, {}
    values = dict(bound.arguments)
    for name, parameter in bound.signature.parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            values.update(values.pop(name, {}))
    return target.func, values


def _method(target: MethodType) -> tuple[str, list[str]]:
    """The target that a method of an object is, where a name of a module leads to the object."""
    kind, name = type(target.__self__), target.__name__
    found = _named_in_module(target.__self__)
    if found is None:
        raise _no_target(
            f"{name} belongs to one {kind.__qualname__} object, which the measured process does not have",
            f"pass the method of the class, {kind.__qualname__}.{name}, with arguments={{...}} of its constructor too",
        )
    module, variable = found
    text, folders = _place(module, f"{variable}.{name}")
    return text, folders


def _object(target: object) -> tuple[str, list[str]]:
    """The target that an object is, where a name of a module leads to it."""
    if isinstance(target, GeneratorType | AsyncGeneratorType):
        raise _no_target(
            f"this {target.__qualname__} generator runs once, and in this process",
            f"pass the function and its arguments: genaudit.audit({target.__qualname__}, arguments={{...}})",
        )
    found = None if type(target) in _PLAIN else _named_in_module(target)
    if found is None:
        raise _no_target(
            f"{type(target).__qualname__} is not what a target can be, unless it has a name at the top of a module",
            "pass a function or a class, with arguments={...}, or a text such as 'data:train_gen'",
        )
    return _place(*found)


def _named_in_module(value: object) -> tuple[str, str] | None:
    """Module and name that lead to an object, among the modules that are no library's: the one of its class first."""
    modules = {name: module for name, module in sys.modules.items() if _is_own(module)}
    first = type(value).__module__
    for name in sorted(modules, key=lambda name: (name != first, name == "__main__")):
        for variable, held in list(vars(modules[name]).items()):
            if held is value and variable.isidentifier():
                return name, variable
    return None


def _is_own(module: object) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and not is_installed(file)


def _no_target(message: str, hint: str) -> UsageError:
    return UsageError(message, slug="target-not-importable", hint=hint)


def import_folders() -> list[str]:
    """Folders that modules come from here and that are no part of a fresh Python: what pytest itself put there."""
    standard = {str(Path(path)) for path in sysconfig.get_paths().values()}
    parts = sysconfig.get_paths()["stdlib"]
    return [
        entry
        for entry in sys.path
        if entry and entry not in standard and not entry.startswith(parts) and not entry.endswith(".zip")
    ]
