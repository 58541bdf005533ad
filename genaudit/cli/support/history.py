"""Keeps earlier runs beside the latest one, finds them again, and lists them all on one page."""

import contextlib
import datetime as dt
import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from genaudit.cli.support.own_files import (
    COMPARISON_FILES,
    HEAD_BYTES,
    INDEX,
    OF_A_RUN,
    RECORDING,
    REPORT_FILES,
    is_ours,
)
from genaudit.cli.support.say import say
from genaudit.errors import RecordingError, UsageError
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

RESULTS = (RECORDING, REPORT_FILES["json"], COMPARISON_FILES["json"])
"""What a run can be rendered again from, the best first."""
WATCHED = "watch.jsonl"
PAGES = (REPORT_FILES["html"], COMPARISON_FILES["html"], "watch.html")

_CREATED = re.compile(rb'"created_at":\s*"([^"]+)"')
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


class Run(msgspec.Struct, frozen=True):
    """What one run has left."""

    folder: Path
    result: Path
    """The file that it is rendered again from; of a job that was watched, its folder."""

    @property
    def page(self) -> Path | None:
        """Its page, where one was written."""
        return next((path for name in PAGES if is_ours(path := self.folder / name)), None)

    @property
    def out(self) -> Path:
        """The reports folder that it lies in."""
        return self.folder.parent.parent.parent if self.folder.parent.name == EARLIER else self.folder.parent

    @property
    def is_listed(self) -> bool:
        """Whether it is on the page that lists the runs of a reports folder."""
        return is_ours(self.out / INDEX)


def run_of(path: Path | None, out: Path, *, quiet: bool = False) -> Run:
    """The run that a user means, and which one it is where that was not said.

    Args:
        path: The folder of a run, a reports folder, whose latest run is meant, or a file of a run; ``None`` for the
            latest of all.
        out: The reports folder.
        quiet: Do not say which one it is.

    Raises:
        RecordingError: There is none.
    """
    if path is not None and not path.is_dir():
        return Run(path.parent, path)
    given = path if path is not None else out
    run = (_run_in(given) if path is not None else None) or _latest(given)
    if run is None:
        raise RecordingError(
            f"{given} has no report in it" if given.is_dir() else f"there is no reports folder {given}",
            slug="no-recording",
            hint="genaudit run TARGET makes one, genaudit demo one of a sample; "
            "name a folder or a recording.json where it lies elsewhere",
        )
    if run.folder != path and not quiet:
        say(f"{run.folder}, the latest in {given}")
    return run


def reports_folder(given: Path, *, is_typed: bool) -> Path:
    """The reports folder: as it was typed, or as the configuration here has it.

    Args:
        given: The value of ``--out``.
        is_typed: Whether that was on the command line.
    """
    from genaudit.config.file import load

    if is_typed:
        return given
    with contextlib.suppress(UsageError, OSError):
        # Whatever is wrong with a configuration, old reports can be read.
        return Path(load(Path.cwd(), say=lambda _: None).general.values.get("out", given))
    return given


def _run_in(folder: Path) -> Run | None:
    """The run whose folder it is."""
    if (folder / WATCHED).is_file():
        return Run(folder, folder)
    found = next((path for name in RESULTS if is_ours(path := folder / name)), None)
    return None if found is None else Run(folder, found)


def _latest(out: Path) -> Run | None:
    """The run of a reports folder that began last."""
    with contextlib.suppress(OSError):
        folders = [folder for folder in out.iterdir() if folder.is_dir()]
        runs = [run for folder in folders if (run := _run_in(folder)) is not None]
        return max(runs, key=_began, default=None)
    return None


def _began(run: Run) -> float:
    """When a run began: files are written anew when it is rendered again."""
    file = run.result / WATCHED if run.result.is_dir() else run.result
    with contextlib.suppress(OSError, ValueError):
        with file.open("rb") as head:
            found = _CREATED.search(head.read(HEAD_BYTES))
        if found is not None:
            return dt.datetime.fromisoformat(found[1].decode()).timestamp()
    return -_age(file)


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
