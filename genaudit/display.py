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
LINKING_PROGRAMS = {"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio", "zed"}
LINKING_KINDS = {"xterm-kitty", "alacritty", "foot", "foot-extra", "wezterm", "xterm-ghostty", "contour"}
FIRST_LINKING_VTE = 5000
"""GNOME's terminal and its kin, from 0.50 on."""


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
    file.write(with_links(text.decode(), result, file))


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


def with_links(text: str, result: Report | Comparison, file: Any) -> str:
    """The text of a result with its places as links, where a file is a terminal that has them and the places are here.

    Args:
        text: Of the result, for a terminal.
        result: What it names places of.
        file: Where the text goes.
    """
    if not wants_links(file):
        return text
    from genaudit.render.terminal.links import linked, places_of

    here = {name: place for name, place in places_of(result).items() if name in text}
    found = {name: (address_of(Path(place.path)), place.line) for name, place in here.items()}
    return linked(text, {name: f"{address}#{line}" for name, (address, line) in found.items() if address})


def address_of(path: Path) -> str | None:
    """Where a file is, with the name of this machine: a terminal elsewhere does not take it for one of its own.

    ``None`` where there is no such file, as for the report of another machine.
    """
    import socket

    try:
        return (
            path.absolute().as_uri().replace("file://", f"file://{socket.gethostname()}", 1) if path.is_file() else None
        )
    except (OSError, ValueError):
        return None


def wants_links(file: Any) -> bool:
    """Whether a file is a terminal that is known to have hyperlinks; FORCE_HYPERLINK says yes or, with 0, no.

    Another terminal may print what it does not know, so only known ones get them, and none within tmux or screen.
    """
    forced = os.environ.get("FORCE_HYPERLINK")
    if forced:
        return forced != "0"
    if not file.isatty() or any(os.environ.get(name) for name in ("CI", "TMUX", "STY")):
        return False
    program, kind = os.environ.get("TERM_PROGRAM", ""), os.environ.get("TERM", "")
    version = os.environ.get("VTE_VERSION", "")
    return (
        program in LINKING_PROGRAMS
        or kind in LINKING_KINDS
        or any(os.environ.get(name) for name in ("WT_SESSION", "KONSOLE_VERSION", "DOMTERM"))
        or (version.isdecimal() and int(version) >= FIRST_LINKING_VTE)
    )


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
