"""The runs of a reports folder on one page, and as the rows of a history."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from genaudit.cli.folder.own_files import INDEX, write_own
from genaudit.cli.folder.runs import PassedOver, Run, each_read, runs_in
from genaudit.model.comparison import Comparison
from genaudit.model.report import Report

MOST = 1000
"""Runs that are read for a list; a run is read in some milliseconds."""


def concluded_in(out: Path) -> Iterator[tuple[Run, Report | Comparison] | PassedOver]:
    """What the runs of a reports folder concluded, the latest first, one at a time: a folder may hold hundreds of
    megabytes of them. Jobs that were watched have a page of their own.
    """  # noqa: D205 - one sentence
    found = (run for run in runs_in(out, earlier=True) if isinstance(run, PassedOver) or not run.is_watched)
    yield from each_read(islice(found, MOST), read=Run.concluded)


def index(out: Path) -> bytes:
    """The page of every run and every comparison below the folder, with a line for what could not be read."""
    from genaudit.render.html.index import Entry, render_index

    def entries() -> Iterator[Entry]:
        for found in concluded_in(out):
            if isinstance(found, PassedOver):
                yield Entry(_link(found.path, out), found.reason)
            else:
                yield Entry(_link(found[0].shown, out), found[1])

    return render_index(entries())


def write_index(out: Path) -> Path | None:
    """Write the page of a reports folder.

    Returns:
        Its path; ``None`` where a file of the user's has its name.

    Raises:
        UsageError: It cannot be written.
    """
    path = out / INDEX
    return path if write_own(path, index(out)) else None


def _link(path: Path, out: Path) -> str:
    return path.relative_to(out).as_posix()
