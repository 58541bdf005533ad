"""What is refused before anything is measured."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
import sysconfig
from pathlib import Path

from genaudit.errors import UsageError
from genaudit.evidence.project import is_installed
from genaudit.recorder.script import MODULE, is_script
from genaudit.recorder.target import parse_target
from genaudit.version import install_command


def check_tools() -> None:
    """Make sure that code can be rewritten.

    Raises:
        UsageError: libcst is not installed.
    """
    if importlib.util.find_spec("libcst") is None:
        raise UsageError("genaudit fix needs libcst", slug="no-libcst", hint=install_command("fix"))


def check_target(target: str) -> None:
    """Make sure that the target's code is a file of the user's.

    Raises:
        UsageError: It is a notebook, an installed package, of the standard library, or not written in Python.
    """
    if is_script(target):
        path, module = (None, target.removeprefix(MODULE)) if target.startswith(MODULE) else (target, None)
    else:
        parsed = parse_target(target)
        path, module = parsed.file, parsed.module
    if path is not None and path.endswith(".ipynb"):
        raise UsageError(
            f"genaudit fix changes .py files, and {path} is a notebook",
            slug="notebook-not-fixed",
            hint="move the function into a module (jupyter nbconvert --to script does it for all cells), then "
            "genaudit fix MODULE.py:NAME",
        )
    origin = _origin(module.partition(".")[0]) if module else None
    if module and origin in {"built-in", "frozen"}:
        raise _not_yours(target, "is part of Python itself")
    file = Path(path or origin or "")
    if file.suffix in importlib.machinery.EXTENSION_SUFFIXES or file.suffix in {".so", ".pyd"}:
        raise _not_yours(target, "is not written in Python")
    if is_installed(file.absolute()) or _is_of_python(file):
        raise _not_yours(target, f"is in {file}, which is installed")


def _origin(name: str) -> str | None:
    """Where a module would be imported from, without importing anything of it."""
    if name in sys.builtin_module_names:
        return "built-in"
    try:
        spec = importlib.machinery.PathFinder.find_spec(name, [str(Path.cwd()), *sys.path])
    except (ImportError, ValueError, OSError):
        return None
    return spec.origin if spec is not None else None


def _is_of_python(file: Path) -> bool:
    library = Path(sysconfig.get_paths()["stdlib"])
    return file.is_absolute() and library in file.parents


def _not_yours(target: str, why: str) -> UsageError:
    return UsageError(
        f"{target} {why}: genaudit fix changes code of yours only",
        slug="not-your-code",
        hint=f"genaudit run {target} says what it does; name the function of yours that calls it to fix that",
    )
