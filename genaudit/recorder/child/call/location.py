"""Where a callable is defined, and which project it belongs to."""

from __future__ import annotations

import os
import sys
from os import O_CLOEXEC, O_NONBLOCK, O_RDONLY, close, fstat, read
from os import open as open_fd

from genaudit.recorder.child.guard.own_imports import OwnImports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

MOST_SOURCE_BYTES = 4 * 1024 * 1024
_REGULAR, _FORMAT = 0o100000, 0o170000
_ROOT_MARKS = ("pyproject.toml", "setup.cfg", "setup.py", ".git")
_CO_GENERATOR, _CO_COROUTINE, _CO_ASYNC_GENERATOR = 0x20, 0x80, 0x200


def unwrapped(function: Any) -> Any:
    """The innermost function, seen through decorators, ``functools.partial`` and bound methods."""
    for _ in range(64):
        for name in ("__wrapped__", "func", "__func__", "python_function"):
            inner = getattr(function, name, None)
            if callable(inner) and inner is not function and not isinstance(function, type):
                function = inner
                break
        else:
            break
    if not isinstance(function, type) and not hasattr(function, "__code__"):
        method = getattr(type(function), "__call__", None)  # noqa: B004 - where it is defined, not whether
        return method if hasattr(method, "__code__") else function
    return function


def kind_of(function: object) -> str:
    """What sort of callable a target is: class, generator-function, function, or one of the asynchronous ones."""
    if isinstance(function, type):
        return "class"
    flags = getattr(getattr(unwrapped(function), "__code__", None), "co_flags", 0)
    if flags & _CO_ASYNC_GENERATOR:
        return "async-generator-function"
    if flags & _CO_COROUTINE:
        return "coroutine-function"
    return "generator-function" if flags & _CO_GENERATOR else "function"


def gives_only_none(function: Any) -> bool:
    """Whether every return in the code of a function hands out the constant ``None``, as one at its end does.

    One that yields gives a generator.
    """
    code = function.__code__
    if code.co_flags & (_CO_GENERATOR | _CO_ASYNC_GENERATOR):
        return False
    with OwnImports():
        import dis
    before: Any = None
    for step in dis.get_instructions(code):
        if step.opname == "RETURN_CONST" and step.argval is not None:
            return False
        if step.opname == "RETURN_VALUE" and (
            # What jumps there has left a value.
            step.is_jump_target or before.opname != "LOAD_CONST" or before.argval is not None
        ):
            return False
        before = step
    return True


def place_of(function: object) -> tuple[str | None, int | None]:
    """File and line of the ``def`` that takes the arguments; of a class without one of its own that of ``class``.

    ``None`` for what is not written in Python.
    """
    inner = unwrapped(function)
    if isinstance(inner, type):
        constructor = getattr(inner.__dict__.get("__init__"), "__code__", None)
        # That of a data class was made, not written.
        if constructor is not None and os.path.isfile(constructor.co_filename):
            path = os.path.abspath(constructor.co_filename)
            return path, _def_line(path, constructor)
        path = getattr(sys.modules.get(inner.__module__), "__file__", None)
        return (path, _class_line(path, inner)) if path and path.endswith(".py") else (None, None)
    code = getattr(inner, "__code__", None)
    if code is None:
        return None, None
    path = os.path.abspath(code.co_filename)
    return (path, _def_line(path, code)) if os.path.isfile(path) else (None, None)


def here() -> str:
    """The current directory; the one that the shell was in where the target has deleted it."""
    try:
        return os.getcwd()
    except OSError:
        return os.environ.get("PWD", "/")


def project_root(path: str | None) -> str:
    """The nearest folder above a file that looks like a project's own.

    Without one it is the current directory where the file lies inside that, and else the file's folder. For a file of
    the standard library or an installed package it is the current directory: the user's code calls it from there.
    """
    if path is None or is_installed(path):
        return here()
    home = folder = os.path.dirname(os.path.abspath(path))
    while True:
        if any(os.path.exists(os.path.join(folder, mark)) for mark in _ROOT_MARKS):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return here() if (home + os.sep).startswith(here() + os.sep) else home
        folder = above


def is_installed(path: str) -> bool:
    """Whether a file is of the standard library, or of an installed package."""
    parts = os.path.abspath(path).split(os.sep)
    library = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
    return "site-packages" in parts or "dist-packages" in parts or os.path.abspath(path).startswith(library)


def _def_line(path: str, code: CodeType) -> int:
    """The line of ``def``: the code object begins with its first decorator."""
    first = code.co_firstlineno
    for offset, line in enumerate(_lines(path)[first - 1 : first + 200]):
        if line.lstrip().startswith(("def ", "async def ")):
            return first + offset
        if "lambda" in line:
            break
    return first


def _class_line(path: str, kind: type) -> int | None:
    name = kind.__qualname__.rpartition(".")[2]
    chosen = [
        number
        for number, line in enumerate(_lines(path), 1)
        if line.lstrip().startswith((f"class {name}(", f"class {name}:", f"class {name} ", f"class {name}["))
    ]
    return chosen[0] if chosen else None


def _lines(path: str) -> list[str]:
    return [line.decode("utf-8", "replace") for line in source_lines(path)]


def source_lines(path: str) -> list[bytes]:
    """The lines of a file; none where there is no file, or the target lets none be opened.

    What is no regular file, or is too large for a source, is not read: a device or a pipe may have no end.
    """
    parts = []
    try:
        fd = open_fd(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        try:
            size = fstat(fd).st_size if fstat(fd).st_mode & _FORMAT == _REGULAR else 0
            while 0 < size <= MOST_SOURCE_BYTES and (part := read(fd, size)):
                parts.append(part)
                size -= len(part)
        finally:
            close(fd)
    except BaseException:
        # An audit hook of the target's may raise anything at all.
        return []
    return b"".join(parts).replace(b"\r\n", b"\n").split(b"\n")
