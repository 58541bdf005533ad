"""The runs of a reports folder, found and read: the one place that knows how a folder of reports lies on the disk.

A run is a folder with what genaudit left in it, below the reports folder, or below ``earlier`` in the folder of its
target. Anything else in there is somebody's own. What has the name of a result and cannot be read as one is passed
over, with a line that says why.
"""

import contextlib
import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from genaudit.cli.folder.own_files import COMPARISON_FILES, HEAD_BYTES, INDEX, RECORDING, REPORT_FILES, RESULTS, is_ours
from genaudit.cli.support.say import say
from genaudit.errors import RecordingError, UsageError
from genaudit.files import MOST_RESULT_BYTES, read_bytes
from genaudit.model.codec import decode_comparison, decode_recording, decode_report
from genaudit.model.comparison import Comparison
from genaudit.model.recording import Recording
from genaudit.model.report import Report

Content = TypeVar("Content")

EARLIER = "earlier"
WATCHED = "watch.jsonl"
PAGES = (REPORT_FILES["html"], COMPARISON_FILES["html"], "watch.html")

_CREATED = re.compile(rb'"created_at":\s*"([^"]+)"')


class PassedOver(msgspec.Struct, frozen=True):
    """What has the name of a result of ours, and was left out."""

    path: Path
    reason: str
    """A sentence that names the path."""


class Run(msgspec.Struct, frozen=True, dict=True):
    """What one run has left."""

    folder: Path
    result: Path
    """The file that it is rendered again from; of a job that was watched, its folder."""

    @property
    def page(self) -> Path | None:
        """Its page, where one was written."""
        return next((path for name in PAGES if is_ours(path := self.folder / name)), None)

    @property
    def shown(self) -> Path:
        """What one would rather look at: its page, else its report as it is."""
        report = self.folder / REPORT_FILES["json"]
        return self.page or (report if is_ours(report) else self.result)

    @property
    def out(self) -> Path:
        """The reports folder that it lies in."""
        return self.folder.parent.parent.parent if self.folder.parent.name == EARLIER else self.folder.parent

    @property
    def is_listed(self) -> bool:
        """Whether it is on the page that lists the runs of a reports folder."""
        return is_ours(self.out / INDEX)

    @property
    def is_watched(self) -> bool:
        """Whether it is a job that was watched."""
        return self.result.is_dir()

    @functools.cached_property
    def saved(self) -> Recording | Report | Comparison:
        """What its result holds, as it is rendered again.

        Raises:
            RecordingError: It cannot be read.
        """
        from genaudit.loading import read_saved

        return read_saved(self.result)

    def concluded(self) -> Report | Comparison:
        """What was concluded, in short: all that a list shows of it, and as little to read as there is.

        Raises:
            RecordingError: It cannot be read.
        """
        comparison, report = (self.folder / files["json"] for files in (COMPARISON_FILES, REPORT_FILES))
        if is_ours(report):
            return decode_report(_content(report), name=str(report), in_short=True)
        if is_ours(comparison):
            return decode_comparison(_content(comparison), name=str(comparison))
        from genaudit.gate.saved import concluded

        saved = self.saved
        return concluded(saved) if isinstance(saved, Recording) else saved

    def began_s(self) -> float:
        """When it began, in seconds of the epoch: files are written anew when it is rendered again."""
        file = self.result / WATCHED if self.is_watched else self.result
        with contextlib.suppress(OSError, ValueError):
            with file.open("rb") as head:
                found = _CREATED.search(head.read(HEAD_BYTES))
            if found is not None:
                return dt.datetime.fromisoformat(found[1].decode().replace("Z", "+00:00")).timestamp()
        with contextlib.suppress(OSError):
            return file.stat().st_mtime
        return 0.0


def runs_in(out: Path, *, earlier: bool = False) -> Iterator[Run | PassedOver]:
    """The runs of a reports folder, the one that began last first; before them what is none of ours.

    Args:
        out: The reports folder.
        earlier: Those that were kept when the same target was run again, too.
    """
    folders = _folders(out)
    if earlier:
        folders += [old for folder in folders for old in _folders(folder / EARLIER)]
    found = [each for folder in folders if (each := _found(folder)) is not None]
    yield from (each for each in found if isinstance(each, PassedOver))
    runs = [each for each in found if isinstance(each, Run)]
    yield from sorted(runs, key=lambda run: (run.began_s(), str(run.folder)), reverse=True)


def each_read(
    runs: Iterable[Run | PassedOver], read: Callable[[Run], Content]
) -> Iterator[tuple[Run, Content] | PassedOver]:
    """Runs with what is read of them, one at a time; what cannot be read is passed over.

    Args:
        runs: As ``runs_in`` gives them.
        read: What reads one.
    """
    for run in runs:
        if isinstance(run, PassedOver):
            yield run
            continue
        try:
            content = read(run)
        except RecordingError as error:
            yield PassedOver(run.result, error.message)
        else:
            yield run, content


def run_of(path: Path | None, out: Path, *, quiet: bool = False, unread: bool = False) -> Run:
    """The run that a user means, and which one it is where that was not said.

    Args:
        path: The folder of a run, a reports folder, whose latest run is meant, or a file of a run; ``None`` for the
            latest of all.
        out: The reports folder.
        quiet: Do not say which one it is.
        unread: What is in it does not matter: the latest is taken, be it readable or not.

    Raises:
        RecordingError: There is none.
    """
    if path is not None and not path.is_dir():
        return Run(path.parent, path)
    given = path if path is not None else out
    run = (_run_in(given) if path is not None else None) or _latest(given, quiet=quiet, unread=unread)
    if run is None:
        raise no_runs(given)
    if run.folder != path and not quiet:
        say(f"{run.folder}, the latest in {given}")
    return run


def no_runs(out: Path) -> RecordingError:
    """The error of a reports folder in which there is none."""
    return RecordingError(
        f"{out} has no report in it" if out.is_dir() else f"there is no reports folder {out}",
        slug="no-recording",
        hint="genaudit run TARGET makes one, genaudit demo one of a sample; "
        "name a folder or a recording.json where it lies elsewhere",
    )


def say_passed_over(passed: PassedOver) -> None:
    """The line about something that was left out."""
    say(f"passed over: {passed.reason}")


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


def created_at(folder: Path, *, is_comparison: bool) -> str | None:
    """When the run began that left its files in a folder; ``None`` where there is none, or it does not tell.

    Args:
        folder: Of a target, or of several side by side.
        is_comparison: Whether it was one of several side by side.
    """
    report, comparison = folder / REPORT_FILES["json"], folder / COMPARISON_FILES["json"]
    try:
        if is_comparison:
            return decode_comparison(_content(comparison), name=str(comparison)).created_at
        if report.exists():
            return decode_report(_content(report), name=str(report), in_short=True).created_at
        # --write left the report's data out; the recording is always there.
        file = folder / RECORDING
        return decode_recording(_content(file), name=str(file)).created_at
    except RecordingError:
        return None


def _latest(out: Path, *, quiet: bool, unread: bool) -> Run | None:
    """The run of a reports folder that began last and can be read."""
    for found in each_read(runs_in(out), read=lambda run: None if run.is_watched or unread else run.saved):
        if not isinstance(found, PassedOver):
            return found[0]
        if not quiet and not unread:
            say_passed_over(found)
    return None


def _folders(folder: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return sorted(path for path in folder.iterdir() if path.is_dir())
    return []


def _found(folder: Path) -> Run | PassedOver | None:
    """What lies in a folder; ``None`` where nothing has the name of a result."""
    run = _run_in(folder)
    named = next((path for name in RESULTS if (path := folder / name).exists()), None)
    if run is not None or named is None:
        return run
    return PassedOver(named, f"{named} is nothing that genaudit wrote")


def _run_in(folder: Path) -> Run | None:
    """The run whose folder it is."""
    if (folder / WATCHED).is_file():
        return Run(folder, folder)
    found = next((path for name in RESULTS if is_ours(path := folder / name)), None)
    return None if found is None else Run(folder, found)


def _content(file: Path) -> bytes:
    """The bytes of a result.

    Raises:
        RecordingError: They cannot be read.
    """
    try:
        return read_bytes(file, MOST_RESULT_BYTES)
    except OSError as error:
        raise RecordingError(f"{file} cannot be read: {error.strerror}", slug="no-recording") from error
