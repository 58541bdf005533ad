"""Keeps earlier runs beside the latest one, and lists them all on one page."""

import contextlib
import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from genaudit.cli.support.own_files import COMPARISON_FILES, OF_A_RUN, RECORDING, REPORT_FILES, is_ours
from genaudit.errors import RecordingError
from genaudit.files import MOST_RESULT_BYTES, read_bytes
from genaudit.model.codec import decode_comparison, decode_recording, decode_report
from genaudit.model.comparison import Comparison
from genaudit.model.recording import Recording
from genaudit.model.report import Report
from genaudit.writing import make_folders

Result = TypeVar("Result", Report, Comparison, Recording)

EARLIER = "earlier"
KEPT = 20
"""Earlier runs of a target that stay; a page takes 1.5 MB."""
LISTED = 500

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT[\d-]+(?:Z|[\d-]*)")


def keep_earlier(folder: Path, result: Report | Comparison) -> None:
    """Move what an earlier run left in the folder out of the way; the same run rendered again takes its own place.

    What a user put beside it stays where it is.
    """
    before = _created_at(folder, result)
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


def _created_at(folder: Path, result: Report | Comparison) -> str | None:
    """When the run that left its files in the folder began; ``None`` where there is none, or it does not tell."""
    before: Report | Comparison | Recording | None
    if isinstance(result, Comparison):
        before = _comparison(folder / "comparison.json")
    elif (folder / "report.json").exists():
        before = _report(folder / "report.json")
    else:
        # --write left the report's data out; the recording is always there.
        before = _read(folder / RECORDING, decode_recording)
    return None if before is None else before.created_at


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


def index(out: Path) -> bytes:
    """The page of every run and every comparison below the folder that can be read."""
    from genaudit.render.html.index import render_index

    return render_index(_listed(out), _comparisons(out))


def _listed(out: Path) -> Iterator[tuple[str, Report]]:
    """The newest runs, one at a time: a folder may hold hundreds of megabytes of them."""
    for file in _newest(out, "report.json"):
        report = _report(file)
        if report is not None:
            yield _page(file, out), report


def _comparisons(out: Path) -> Iterator[tuple[str, Comparison]]:
    """The newest comparisons, one at a time."""
    for file in _newest(out, "comparison.json"):
        comparison = _comparison(file)
        if comparison is not None and comparison.variants:
            yield _page(file, out), comparison


def _newest(out: Path, name: str) -> list[Path]:
    return sorted([*out.glob(f"*/{name}"), *out.glob(f"*/{EARLIER}/*/{name}")], key=_age)[:LISTED]


def _page(file: Path, out: Path) -> str:
    """The page beside a JSON file, as a link; the file itself where no page was written."""
    page = file.with_suffix(".html")
    return (page if page.exists() else file).relative_to(out).as_posix()


def _runs(folder: Path) -> list[Path]:
    """Folders that we made: named for a date, with a report in them."""
    files = ("report.json", "comparison.json", RECORDING)
    return [
        one
        for one in folder.iterdir()
        if _STAMP.fullmatch(one.name) and not one.is_symlink() and any((one / name).exists() for name in files)
    ]


def _age(file: Path) -> float:
    """For sorting: the newest first."""
    try:
        return -file.stat().st_mtime
    except OSError:
        return 0.0


def _report(file: Path) -> Report | None:
    return _read(file, functools.partial(decode_report, in_short=True))


def _comparison(file: Path) -> Comparison | None:
    return _read(file, decode_comparison)


def _read(file: Path, decode: Callable[..., Result]) -> Result | None:
    """What a file holds, or ``None``: there is none, or it is of another version and tells us nothing."""
    try:
        return decode(read_bytes(file, MOST_RESULT_BYTES), name=str(file))
    except (OSError, RecordingError, UnicodeDecodeError):
        return None
