"""Keeps earlier runs of a target beside the latest one."""

import contextlib
import re
from pathlib import Path

from genaudit.cli.folder.own_files import COMPARISON_FILES, OF_A_RUN, REPORT_FILES, RESULTS, is_ours
from genaudit.cli.folder.runs import EARLIER, created_at
from genaudit.model.comparison import Comparison
from genaudit.model.report import Report
from genaudit.writing import make_folders

KEPT = 20
"""Earlier runs of a target that stay; a page takes 1.5 MB."""
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT[\d-]+(?:Z|[\d-]*)")


def keep_earlier(folder: Path, result: Report | Comparison) -> None:
    """Move what an earlier run left in the folder out of the way; the same run rendered again takes its own place.

    What a user put beside it stays where it is.
    """
    before = created_at(folder, is_comparison=isinstance(result, Comparison))
    if before is None:
        _remove_reports(folder)
    if before is None or before == result.created_at:
        return
    place = folder / EARLIER / re.sub(r"[^\w-]+", "-", before)
    if place.exists() or not _STAMP.fullmatch(place.name):
        return
    make_folders(place)
    for file in _own(folder):
        file.replace(place / file.name)
    for old in sorted(_runs(folder / EARLIER))[:-KEPT]:
        _remove(old)


def _remove_reports(folder: Path) -> None:
    """Delete reports of a run that nothing is known of: one that is not written now would pass for the new run's."""
    for name in (*REPORT_FILES.values(), *COMPARISON_FILES.values()):
        with contextlib.suppress(OSError):
            if is_ours(folder / name):
                (folder / name).unlink()


def _own(folder: Path) -> list[Path]:
    """The files of a folder that a run left there."""
    return [path for name in sorted(OF_A_RUN) if (path := folder / name).is_file() and is_ours(path)]


def _remove(folder: Path) -> None:
    """Delete what a run left, and its folder, if nothing else is in it."""
    with contextlib.suppress(OSError):
        for file in _own(folder):
            file.unlink()
        folder.rmdir()


def _runs(folder: Path) -> list[Path]:
    """Folders that we made: named for a date, with a report in them."""
    return [
        one
        for one in folder.iterdir()
        if _STAMP.fullmatch(one.name) and not one.is_symlink() and any((one / name).exists() for name in RESULTS)
    ]
