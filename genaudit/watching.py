"""Jobs that are watched: what they leave in a folder, read while they run, after their end or after their death."""

import contextlib
import os
import struct
from pathlib import Path

import msgspec

from genaudit.errors import RecordingError
from genaudit.files import read_bytes, read_text
from genaudit.model.marks import EpochMark, RetentionMark
from genaudit.model.watch import (
    PAGE_FIELDS,
    GoneMark,
    JobEndMark,
    JobMark,
    JobNow,
    JobPhase,
    JobRecording,
    JobReport,
    PulledMark,
    SourceMark,
    WatchMark,
    WorkersMark,
)
from genaudit.recorder.child.watch.names import MARKS, PAGE
from genaudit.report.watch.build import job_report

MOST_BYTES = 512 * 1024 * 1024
MOST_SOURCE_BYTES = 1_000_000
MOST_SOURCES = 50
_PLACES: dict[type[object], str] = {
    SourceMark: "sources",
    PulledMark: "pulled",
    WorkersMark: "workers",
    EpochMark: "epochs",
    RetentionMark: "walks",
}


def is_watched(path: Path) -> bool:
    """Whether a path is a folder that a watched job writes to, or the file of its marks."""
    return (path / MARKS).is_file() if path.is_dir() else path.name.startswith("watch") and path.suffix == ".jsonl"


def report_of_job(path: Path) -> JobReport:
    """The report of the job that writes, or has written, to a folder.

    Raises:
        RecordingError: It has left nothing that could be read.
    """
    return job_report(read_job(path))


def read_job(path: Path) -> JobRecording:
    """All marks of a job; a line that its death has cut off is left out.

    Raises:
        RecordingError: There are none.
    """
    marks_path = path / MARKS if path.is_dir() else path
    try:
        text = read_bytes(marks_path, MOST_BYTES)
    except OSError as error:
        raise RecordingError(
            f"{marks_path} cannot be read: {error.strerror}",
            slug="no-recording",
            hint="genaudit watch writes it from the start of the job",
        ) from error
    found: dict[str, list[object]] = {place: [] for place in _PLACES.values()}
    single: dict[type[object], object] = {}
    for mark in _marks(text):
        place = _PLACES.get(type(mark))
        if place is None:
            single[type(mark)] = mark
        else:
            found[place].append(mark)
    head = single.get(WatchMark)
    if not isinstance(head, WatchMark):
        raise RecordingError(f"{marks_path} is of no job that was watched", slug="not-a-recording")
    job = JobRecording(
        head=head,
        end=single.get(JobEndMark),  # type: ignore[arg-type]
        gone=single.get(GoneMark),  # type: ignore[arg-type]
        now=read_page(marks_path.with_name(PAGE)) if marks_path.name == MARKS else None,
        **found,  # type: ignore[arg-type]
    )
    texts, notes = _texts(job)
    return msgspec.structs.replace(job, is_running=_is_running(job), texts=texts, notes=notes)


def _marks(text: bytes) -> list[JobMark]:
    decoder = msgspec.json.Decoder(JobMark)
    marks = []
    for line in text.split(b"\n"):
        with contextlib.suppress(msgspec.DecodeError, RecursionError):
            if line:
                marks.append(decoder.decode(line))
    return marks


def read_page(path: Path) -> JobNow | None:
    """Where the job is; ``None`` where it has not begun to say so."""
    layout = f"={len(PAGE_FIELDS)}q"
    try:
        with path.open("rb") as file:
            numbers = struct.unpack(layout, file.read(struct.calcsize(layout)))
        fields = dict(zip(PAGE_FIELDS, numbers, strict=True))
        return JobNow(**{**fields, "phase": JobPhase(fields["phase"])})
    except (OSError, struct.error, ValueError):
        return None


def _is_running(job: JobRecording) -> bool:
    if job.end is not None or job.gone is not None:
        return False
    try:
        with Path(f"/proc/{job.head.pid}/status").open(encoding="ascii", errors="replace") as file:
            return "State:\tZ" not in file.read()
    except OSError:
        return False


def _texts(job: JobRecording) -> tuple[dict[str, str], list[str]]:
    """The user's files that the marks name, and what is to be said of them."""
    paths = dict.fromkeys(
        [
            job.head.script,
            *(path for source in job.sources for path in [source.path, *(span[0] for span in source.spans)]),
            *(node.path for mark in job.walks[-2:] for node in mark.nodes if node.path),
        ]
    )
    texts, notes = {}, []
    for path in [path for path in paths if path and path.endswith((".py", ".pyw"))][:MOST_SOURCES]:
        with contextlib.suppress(OSError, ValueError, RecordingError):
            texts[path] = read_text(path, MOST_SOURCE_BYTES)
            if os.stat(path).st_mtime > job.head.began_s:  # noqa: PTH116
                notes.append(f"{Path(path).name} was changed after the job had begun: lines may have moved")
    return texts, notes
