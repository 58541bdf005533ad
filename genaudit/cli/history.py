"""Keeps earlier runs beside the latest one, and lists them all on one page."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from genaudit.errors import RecordingError
from genaudit.model.codec import decode_report
from genaudit.model.report import Report

EARLIER = "earlier"
KEPT = 20
"""Earlier runs of a target that stay; a page takes 1.5 MB."""
LISTED = 500

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT[\d-]+(?:Z|[\d-]*)")


def keep_earlier(folder: Path, report: Report) -> None:
    """Move what an earlier run left in the folder out of the way; the same run rendered again takes its own place."""
    before = _read(folder / "report.json")
    if before is None or before.created_at == report.created_at:
        return
    place = folder / EARLIER / re.sub(r"[^\w-]+", "-", before.created_at)
    if place.exists() or not _STAMP.fullmatch(place.name):
        return
    place.mkdir(parents=True)
    for file in folder.iterdir():
        if file.is_file():
            file.replace(place / file.name)
    for old in sorted(_runs(folder / EARLIER))[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def index(out: Path) -> bytes:
    """The page of every run below the folder that can be read."""
    from genaudit.render.index import render_index

    return render_index(_listed(out))


def _listed(out: Path) -> Iterator[tuple[str, Report]]:
    """The newest runs, one at a time: a folder may hold hundreds of megabytes of them."""
    files = sorted([*out.glob("*/report.json"), *out.glob(f"*/{EARLIER}/*/report.json")], key=_age)
    for file in files[:LISTED]:
        report = _read(file)
        if report is not None:
            yield file.with_name("report.html").relative_to(out).as_posix(), report


def _runs(folder: Path) -> list[Path]:
    """Folders that we made: named for a date, with a report in them."""
    return [one for one in folder.iterdir() if _STAMP.fullmatch(one.name) and (one / "report.json").exists()]


def _age(file: Path) -> float:
    """For sorting: the newest first."""
    try:
        return -file.stat().st_mtime
    except OSError:
        return 0.0


def _read(file: Path) -> Report | None:
    """A report, or ``None``: there is none, or it is of another version and tells us nothing."""
    try:
        return decode_report(file.read_bytes(), name=str(file))
    except (OSError, RecordingError, UnicodeDecodeError):
        return None
