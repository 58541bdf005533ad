"""Values of ``--arg NAME=VALUE`` that need the target's process: files, arrays, objects of the user's modules."""

from __future__ import annotations

import os

from genaudit.recorder.child.call.location import here
from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.refusal import TARGET, USAGE, Refusal
from genaudit.recorder.child.guard.user_calls import calls_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable
    from typing import Any
else:
    # Its C module: the signal module makes enumerations, which is 500 KiB in every child.
    import _signal as signal

KINDS = {"glob", "lines", "json", "yaml", "ns", "npy", "py", "str"}
"""Prefixes of values; ``genaudit.recorder.argument_text`` says what they mean."""
MOST_FILES = 1_000_000
GLOB_S = 30
MOST_BYTES = 512 * 1024 * 1024
"""Of a file of lines or of JSON: a target that needs more reads it itself."""
LONGEST_LINE = 16 * 1024 * 1024


def value_of(name: str, kind: str, raw: Any, *, as_path: bool = False) -> Any:
    """The value of an argument.

    Args:
        name: Parameter, for messages.
        kind: value, str, glob, lines, json, yaml, ns, npy, py; ``genaudit.recorder.argument_text`` names them.
        raw: The literal for ``value``, else the text behind the prefix.
        as_path: Files of ``glob`` are to be ``pathlib.Path``, as the parameter's annotation says.

    Raises:
        Refusal: The file, the object, or any match is missing, or cannot be read.
    """
    if kind in {"value", "str"}:
        return raw
    if kind == "py":
        return _imported(name, raw)
    if kind == "glob":
        return _matches(name, raw, as_path)
    if kind == "ns":
        return _fields(name, raw)
    path = os.path.expanduser(raw)
    if kind == "json":
        return _json(name, path, raw)
    if not os.path.isfile(path):
        what = "it is no regular file" if os.path.exists(path) else "there is no such file" + _seen_from(path)
        raise _refusal(name, kind, raw, what, "argument-file-not-found")
    return _READERS[kind](name, path)


def _matches(name: str, pattern: str, as_path: bool) -> list[Any]:
    with OwnImports():
        import glob
        import itertools
    paths: list[str] = []
    with _at_most(GLOB_S, lambda: _refusal(name, "glob", pattern, f"takes longer than {GLOB_S} s", "glob-endless")):
        paths += itertools.islice(glob.iglob(os.path.expanduser(pattern), recursive=True), MOST_FILES + 1)
    if len(paths) > MOST_FILES:
        raise _refusal(name, "glob", pattern, f"matches more than {MOST_FILES:,} files", "glob-endless")
    paths.sort()
    if not paths:
        hint = "** goes into folders: photos/**/*.jpg"
        raise _refusal(name, "glob", pattern, "matches no file" + _seen_from(pattern), "glob-empty", hint)
    if not as_path:
        return paths
    with OwnImports():
        import pathlib
    return [pathlib.Path(path) for path in paths]


class _at_most:  # noqa: N801 - used as a statement
    """End what goes on inside after so many seconds; a handler and a timer of the target's are put back.

    Args:
        seconds: How long it may take.
        refusal: Makes what is raised then.
    """

    def __init__(self, seconds: int, refusal: Callable[[], Refusal]) -> None:
        self._seconds = seconds
        self._refusal = refusal

    def __enter__(self) -> None:
        self._before = signal.signal(signal.SIGALRM, self._end)
        self._timer = signal.setitimer(signal.ITIMER_REAL, self._seconds)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, *self._timer)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if self._before is None else self._before)

    def _end(self, *_: object) -> None:
        raise self._refusal()


def _check_size(name: str, kind: str, path: str) -> None:
    """What is too large is refused before memory is taken for it; a sparse file has a size without any disk."""
    size = os.path.getsize(path)
    if size > MOST_BYTES:
        what = f"it has {size >> 20:,} MiB; at most {MOST_BYTES >> 20} MiB are read"
        raise _refusal(name, kind, path, what, "argument-too-large", "read it in the target, or use py:MODULE:NAME")


def _lines(name: str, path: str) -> list[str]:
    _check_size(name, "lines", path)
    lines: list[str] = []
    try:
        with open(path, encoding="utf-8") as file:
            while line := file.readline(LONGEST_LINE + 1):
                if len(line) > LONGEST_LINE:
                    what = f"it has a line of more than {LONGEST_LINE:,} characters"
                    raise _refusal(name, "lines", path, what, "argument-unreadable")
                if line.strip():
                    lines.append(line.rstrip("\r\n"))
        return lines
    except (OSError, UnicodeDecodeError) as error:
        raise _refusal(name, "lines", path, f"cannot be read: {error}", "argument-unreadable") from None


def _json(name: str, path: str, raw: str) -> Any:
    with OwnImports():
        import json
    inline = not os.path.isfile(path)
    if inline and raw.lstrip()[:1] not in {"{", "[", '"'}:
        what = "it is no regular file" if os.path.exists(path) else "there is no such file" + _seen_from(path)
        raise _refusal(name, "json", raw, what, "argument-file-not-found")
    try:
        if inline:
            return json.loads(raw)
        _check_size(name, "json", path)
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except RecursionError:
        raise _refusal(name, "json", raw, "it is nested too deeply", "argument-unreadable") from None
    except (OSError, ValueError) as error:
        raise _refusal(name, "json", raw, f"cannot be read: {error}", "argument-unreadable") from None


def _yaml(name: str, path: str) -> Any:
    with OwnImports():
        from genaudit.recorder.child.call import config_text

    _check_size(name, "yaml", path)
    return config_text.fields_of_file(path, lambda what: _refusal(name, "yaml", path, what, "argument-unreadable"))


def _fields(name: str, raw: str) -> Any:
    with OwnImports():
        from genaudit.recorder.child.call import config_text

    hint = f'write --arg {name}=ns:FILE, ns:\'{{"root": "data"}}\' or ns:root=data,size=32'
    return config_text.fields_from(
        raw,
        lambda what: _refusal(name, "ns", raw, what, "argument-unreadable", hint),
        lambda field, text: _field(field, text),
    )


def _field(name: str, text: str) -> Any:
    """The value of one field, as ``--arg`` takes it: with a prefix, a literal, else the text."""
    kind, colon, raw = text.partition(":")
    if colon and kind in KINDS:
        return value_of(name, kind, raw)
    with OwnImports():
        import ast
    try:
        return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return text


@calls_target
def _npy(name: str, path: str) -> Any:
    import importlib

    try:
        numpy: Any = importlib.import_module("numpy")
    except ModuleNotFoundError:
        raise _refusal(name, "npy", path, "numpy is not installed here", "argument-unreadable") from None
    try:
        return _mapped(numpy, path)
    except MemoryError as error:
        raise _refusal(name, "npy", path, f"does not fit into memory: {error}", "argument-unreadable") from None
    except (OSError, ValueError, EOFError) as error:
        raise _refusal(name, "npy", path, f"cannot be read: {error}", "argument-unreadable") from None


def _mapped(numpy: Any, path: str) -> Any:
    """The array in a mapped file, which is no memory of the target's; what cannot be mapped is read.

    A target may write into it, as into any array: what it writes is its own, and never comes into the file.
    """
    try:
        found = numpy.load(path, mmap_mode="c", allow_pickle=False)
    except ValueError:
        # Empty, without dimensions, or cut short.
        return numpy.load(path, allow_pickle=False)
    # Of the type that code expects; several arrays in one file are read when they are asked for.
    return found.view(numpy.ndarray) if type(found) is numpy.memmap else found


def _imported(name: str, text: str) -> Any:
    with OwnImports():
        from genaudit.recorder.child.call import resolve

    source, _, qualname = text.rpartition(":")
    source = source.removesuffix(":")
    if not source or not qualname:
        raise Refusal(
            f"--arg {name}=py:{text} names no object",
            slug="bad-argument",
            hint=f"write {name}=py:MODULE:NAME",
            exit_code=USAGE,
        )
    is_file = source.endswith(".py")
    target = {"module": None if is_file else source, "file": os.path.abspath(source) if is_file else None}
    try:
        value: Any = resolve.load_module(target)
        for step in qualname.split("."):
            value = resolve.walk(value, [["attr", step]])[0]
    except Refusal as refusal:
        raise Refusal(
            f"--arg {name}=py:{text}: {refusal.message}", slug=refusal.slug, hint=refusal.hint, exit_code=TARGET
        ) from None
    return value


_READERS: dict[str, Callable[[str, str], Any]] = {"npy": _npy, "lines": _lines, "yaml": _yaml}


def _seen_from(path: str) -> str:
    return "" if os.path.isabs(path) else f", seen from {here()}"


def _refusal(name: str, kind: str, raw: str, what: str, slug: str, hint: str = "") -> Refusal:
    shown = raw if len(raw) <= 200 else f"{raw[:200]}…"
    return Refusal(f"--arg {name}={kind}:{shown}: {what}", slug=slug, hint=hint, exit_code=USAGE)
