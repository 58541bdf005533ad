"""Reports and comparisons on a terminal and in files, for those who call genaudit from Python."""

import os
import sys
from pathlib import Path
from typing import Any, TextIO

from genaudit.errors import UsageError
from genaudit.model.comparison import Comparison
from genaudit.model.report import Report
from genaudit.render import COMPARISON_RENDERERS, RENDERERS, render
from genaudit.writing import write_whole

MOST_COLUMNS = 120
NO_TERMINAL_COLUMNS = 100
FEWEST_COLUMNS = 80


def print_result(result: Report | Comparison, file: TextIO | None = None, *, verbose: bool = False) -> None:
    """Print a result as the command line does.

    Args:
        result: What an audit or a comparison concluded.
        file: Where to; standard output where ``None``. Width, colours and characters are what it can show.
        verbose: Show every table.
    """
    file = file or sys.stdout
    text = render(
        result,
        "text",
        width=columns(file),
        colour=wants_colour(file),
        verbosity=2 if verbose else 1,
        unicode=has_unicode(file),
    )
    file.write(text.decode())


def save_result(result: Report | Comparison, path: str | Path, form: str | None = None) -> Path:
    """Write a result into a file.

    Args:
        result: What an audit or a comparison concluded.
        path: Where to; folders that are missing are made, a file that is there is replaced.
        form: A format by its name; by the suffix of the path where ``None``.

    Returns:
        The path.

    Raises:
        UsageError: There is no such format, or the file cannot be written.
    """
    path = Path(path)
    write_whole(path, render(result, form or _form_of(path, result)))
    return path


def _form_of(path: Path, result: Report | Comparison) -> str:
    renderers = COMPARISON_RENDERERS if isinstance(result, Comparison) else RENDERERS
    by_suffix: dict[str, str] = {}
    for form, renderer in renderers.items():
        # Where several formats have a suffix, the plain one is first.
        by_suffix.setdefault(renderer.suffix, form)
    by_name = by_suffix.get(path.suffix.lower())
    if by_name is None:
        raise UsageError(
            f"{path}: no format has the suffix {path.suffix!r}",
            slug="unknown-format",
            hint=f"suffixes: {', '.join(by_suffix)}; or name the format, as in save(path, format='json')",
        )
    return by_name


def wants_colour(file: Any) -> bool:
    """Whether a file is a terminal, or its user said so with FORCE_COLOR, and did not say no with NO_COLOR.

    Source:
        https://no-color.org and https://force-color.org: not empty is set; no wins, and 0 forces nothing, as with Node.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "").lower() not in {"", "0", "false"}:
        return True
    return file.isatty() and os.environ.get("TERM") != "dumb"


def has_unicode(file: Any) -> bool:
    """Whether a file takes every character, as one in memory does, which has no encoding."""
    encoding = getattr(file, "encoding", None) or "utf-8"
    return encoding.lower().replace("-", "") in {"utf8", "utf16", "utf32"}


def columns(file: Any) -> int:
    """How many characters a line of a file may have."""
    if not file.isatty() and "COLUMNS" not in os.environ:
        return NO_TERMINAL_COLUMNS
    import shutil

    return min(MOST_COLUMNS, shutil.get_terminal_size((FEWEST_COLUMNS, 24)).columns)
