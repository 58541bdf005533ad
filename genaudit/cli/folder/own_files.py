"""The files that genaudit writes under plain names, told from a user's own of the same name, which are left alone."""

import functools
import stat
from pathlib import Path

import click

from genaudit.writing import write_whole

INDEX = "index.html"
RECORDING = "recording.json"
REPORT_FILES = {"html": "report.html", "png": "timeline.png", "json": "report.json"}
COMPARISON_FILES = {"html": "comparison.html", "png": "comparison.png", "json": "comparison.json"}
OF_A_RUN = frozenset({RECORDING, *REPORT_FILES.values(), *COMPARISON_FILES.values()})
"""Names of all that is written to a target's folder."""
RESULTS = (RECORDING, REPORT_FILES["json"], COMPARISON_FILES["json"])
"""What a run can be rendered again from, the best first."""
MARKS = {
    ".html": b'<meta name="generator" content="genaudit',
    ".json": b'"genaudit_version"',
    ".png": b"Software\0genaudit",
}
"""What our files of a kind have near their beginning."""
HEAD_BYTES = 4096


def is_ours(path: Path) -> bool:
    """Whether a file is one that genaudit wrote, by the mark in it."""
    try:
        with path.open("rb") as file:
            return MARKS[path.suffix] in file.read(HEAD_BYTES)
    except OSError:
        return False


def write_own(path: Path, content: bytes) -> bool:
    """Write a file whose name the user did not choose, unless one of his own would be lost by it: that is said.

    Args:
        path: Where it goes; its suffix says which mark files of ours have.
        content: All of it.

    Returns:
        Whether it was written.

    Raises:
        UsageError: It cannot be written.
    """
    if _is_the_users(path):
        _say(path)
        return False
    write_whole(path, content)
    return True


def _is_the_users(path: Path) -> bool:
    """Whether the name is all that leads to content which is not ours; a link, or a second name, leads elsewhere."""
    try:
        state = path.lstat()
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(state.st_mode) and state.st_size > 0 and state.st_nlink == 1 and not is_ours(path)


@functools.cache
def _say(path: Path) -> None:
    click.echo(f"{path} is not genaudit's, and was left as it is; --out DIR takes another folder", err=True)
