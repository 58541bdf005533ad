"""Which files a run is about."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from genaudit.errors import UsageError
from genaudit.files import read_text
from genaudit.lint.files.gitignore import Pattern, ignored, leaves_out, parse

MOST_PATTERN_BYTES = 256 * 1024
SUFFIXES = (".py", ".pyw", ".ipynb")
EXCLUDED = (
    ".git .hg .svn .tox .nox .venv venv env .eggs __pycache__ node_modules .mypy_cache .ruff_cache .pytest_cache "
    ".ipynb_checkpoints build dist site-packages .direnv"
).split()
"""Folders that are left out unless they are named themselves."""


def files(paths: Iterable[str], *, exclude: Sequence[str] = (), respect_gitignore: bool = True) -> list[str]:
    """Absolute names of the Python files and notebooks below some paths, each once, in order.

    Args:
        paths: Files, taken whatever they are called, and folders, searched.
        exclude: Patterns as in ``.gitignore``, on top of the usual folders.
        respect_gitignore: Leave out what ``.gitignore`` files name.

    Raises:
        UsageError: A path does not exist.
    """
    paths_in_order: dict[str, None] = {}
    extra = parse(exclude)
    for name in paths:
        path = Path(name).absolute()
        if not path.exists():
            raise UsageError(
                f"{name} does not exist", slug="no-such-path", hint="give files or folders: genaudit lint src/"
            )
        if path.is_dir():
            paths_in_order.update(dict.fromkeys(_walk(path, extra, respect_gitignore)))
        elif not _excluded(extra, path):
            paths_in_order[os.path.normpath(path)] = None
    return list(paths_in_order)


def _excluded(patterns: Sequence[Pattern], path: Path) -> bool:
    relative = path.as_posix().lstrip("/")
    with contextlib.suppress(ValueError):
        relative = path.relative_to(Path.cwd()).as_posix()
    return leaves_out(patterns, relative)


Rules = list[tuple[str, list[Pattern]]]


def _walk(top: Path, extra: Sequence[Pattern], respect_gitignore: bool) -> Iterator[str]:
    """Files below a folder; a folder reached twice, as by a link to its parent, is searched once."""
    above = _rules_above(top) if respect_gitignore else []
    todo: list[tuple[str, Rules]] = [(os.path.normpath(top), above)]
    seen: set[str] = set()
    while todo:
        folder, rules = todo.pop()
        real = os.path.realpath(folder)
        if real in seen:
            continue
        seen.add(real)
        if respect_gitignore:
            rules = rules + _rules_in(folder)
        folders, names = _entries(folder)
        for name in names:
            path = f"{folder}{os.sep}{name}"
            if not _left_out(path, rules, extra, top, is_folder=False):
                yield path
        for name in reversed(folders):
            path = f"{folder}{os.sep}{name}"
            if name not in EXCLUDED and not _left_out(path, rules, extra, top, is_folder=True):
                todo.append((path, rules))


def _entries(folder: str) -> tuple[list[str], list[str]]:
    folders, names = [], []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if _is_folder(entry):
                    folders.append(entry.name)
                elif entry.name.endswith(SUFFIXES):
                    names.append(entry.name)
    except OSError:
        return [], []
    return sorted(folders), sorted(names)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _left_out(path: str, rules: Rules, extra: Sequence[Pattern], top: Path, *, is_folder: bool) -> bool:
    if extra and ignored(extra, _relative(path, str(top)), is_folder=is_folder):
        return True
    if extra and ignored(extra, _relative(path, os.getcwd()), is_folder=is_folder):  # noqa: PTH109
        return True
    answer = False
    for base, patterns in rules:
        decided = ignored(patterns, _relative(path, base), is_folder=is_folder)
        answer = answer if decided is None else decided
    return answer


def _relative(path: str, base: str) -> str:
    prefix = base if base.endswith(os.sep) else base + os.sep
    return path[len(prefix) :].replace(os.sep, "/") if path.startswith(prefix) else path.replace(os.sep, "/")


def _rules_in(folder: str) -> Rules:
    try:
        text = read_text(Path(folder, ".gitignore"), MOST_PATTERN_BYTES, errors="replace")
    except OSError:
        return []
    return [(folder, parse(text.splitlines()))]


def _rules_above(top: Path) -> Rules:
    """``.gitignore`` files from the root of the repository down to, but not in, the folder."""
    chain: list[Path] = []
    if (top / ".git").exists():
        return []
    for parent in top.parents:
        chain.append(parent)
        if (parent / ".git").exists():
            return [rule for folder in reversed(chain) for rule in _rules_in(str(folder))]
    return []
