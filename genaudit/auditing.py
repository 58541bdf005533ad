"""From a target to its recording: all trials of an audit, and the sources they point into."""

import errno
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from genaudit.experiment.bench import Bench
from genaudit.experiment.investigation import Investigation
from genaudit.experiment.refused import error_of
from genaudit.experiment.staging import Inputs as Inputs
from genaudit.experiment.staging import stage
from genaudit.files import read_bytes
from genaudit.interrupts import held_off
from genaudit.model.codec import with_valid_text
from genaudit.model.limits import Limits
from genaudit.model.recording import Recording, Request, Trial
from genaudit.recorder.trial import keeping
from genaudit.recorder.trial.covering import Covering
from genaudit.recorder.trial.monitor import Interrupted, Progress
from genaudit.recorder.trial.spec import TrialSpec

if TYPE_CHECKING:
    from genaudit.evidence.blame.sites import Project

MOST_SOURCE_BYTES = 1_000_000
MOST_SOURCES = 50
NOTE_CHARACTERS = 200
TRACING = {"traced", "lines", "native"}
"""Kinds of trials that look for lines: what goes wrong there says nothing of the target."""


def record(
    request: Request,
    inputs: Inputs,
    *,
    memory_limit: int | str | None = None,
    progress: Callable[[Progress], None] | None = None,
    limits: Limits | None = None,
) -> Recording:
    """Run all trials of an audit.

    Args:
        request: What was asked for.
        inputs: What the target is called with.
        memory_limit: PSS at which a trial is ended; a share of what is available where ``None``.
        limits: The numbers that rules compare with; the defaults where ``None``.
        progress: Told a few times a second where the trials are.

    Returns:
        The recording, also where the target failed or the user interrupted: then it holds what was measured.

    Raises:
        GenauditError: The target or an argument cannot be understood.
    """
    limits = limits or Limits()
    staged = stage(request, inputs, memory_limit=memory_limit, progress=progress, limits=limits)

    def run(spec: TrialSpec) -> Trial:
        return _checked(staged.run(spec), bench.trials)

    bench = Bench(staged.recording, staged.target, staged.inputs, run, limits)
    interrupted = False
    notes: list[str] = []
    try:
        with keeping.kept():
            Investigation(bench).conduct()
    except Interrupted as stop:
        bench.trials.append(stop.trial)
        interrupted = True
    except KeyboardInterrupt:
        # Between two trials.
        if not bench.trials:
            raise
        interrupted = True
    except _NoMoreTrials as stop:
        bench.trials.extend(stop.trials)
        notes += stop.notes
    if bench.available is not None:
        notes.append(
            f"the function that makes the data set gives {bench.available:,} items at most: it was asked for more"
        )
    with held_off():
        # What the values in the target's text are called has been learned from the trials.
        asked = staged.covering.request(bench.so_far.request)
        recording = msgspec.structs.replace(bench.so_far, request=asked, interrupted=interrupted, notes=notes)
        return with_valid_text(with_sources(recording, staged.covering))


class _NoMoreTrials(Exception):  # noqa: N818 - it is no error, and carries what was measured
    """Another trial could not be run, or would only show the same once more."""

    def __init__(self, *trials: Trial, notes: Sequence[str] = ()) -> None:
        super().__init__()
        self.trials = trials
        self.notes = notes


def _checked(trial: Trial, earlier: list[Trial]) -> Trial:
    """The trial, if it is a result and there can be another after it.

    Raises:
        GenauditError: The target was refused, or genaudit itself failed.
        _NoMoreTrials: It can not.
    """
    error = error_of(trial)
    if trial.kind == "native" and _is_there(Path.cwd):
        # Whatever it ended with may be memray's doing, and there are other engines.
        return _with_detail(trial, f"memray could not be used: {_told(trial)}") if error is not None else trial
    if trial.kind in TRACING and error is not None:
        told = _told(trial)
        raise _NoMoreTrials(trial, notes=[f"lines could not be looked for, by a fault of genaudit's own: {told}"])
    if error is not None and (trial.exit.reason == "internal" or not any(one.batches for one in earlier)):
        raise error
    if not _is_there(Path.cwd):
        gone = "the working directory is gone, so that no further trial could be started"
        raise _NoMoreTrials(trial, notes=[gone])
    if trial.kind == "forecast" and error is None:
        # Whatever happened there, the smaller sizes stand.
        return trial
    if trial.exit.reason == "timed-out" or not _was_imported(trial):
        # It would hang again, or be imported again for nothing.
        raise _NoMoreTrials(trial)
    return trial


def _told(trial: Trial) -> str:
    return trial.raised.message if trial.raised is not None else trial.exit.stderr_tail[-NOTE_CHARACTERS:]


def _with_detail(trial: Trial, detail: str) -> Trial:
    return msgspec.structs.replace(trial, exit=msgspec.structs.replace(trial.exit, detail=detail))


def _was_imported(trial: Trial) -> bool:
    return any(phase.name == "import" for phase in trial.phases)


def _is_there(folder: Callable[[], Path]) -> bool:
    try:
        return folder().is_dir()
    except OSError:
        return False


def with_sources(recording: Recording, covering: Covering) -> Recording:
    """The recording with what it points into of the user's own files, without the secrets in it."""
    from genaudit.evidence.blame.sites import Project
    from genaudit.lint.reach import files_imported
    from genaudit.report.judge import relative

    project = Project(recording)
    lines = _lines(recording, project)
    unread: dict[str, str] = {}
    texts = {path: text for path in list(lines)[:MOST_SOURCES] if (text := _source(path, unread)) is not None}
    for path in list(texts)[:1]:
        # What the target imports belongs to it, also where no memory came from it.
        texts.update(files_imported(path, lambda name: _source(name, unread) if project.is_own(name) else None))
    notes = [
        f"{relative(path, recording.working_directory)} was not read as source: {why}" for path, why in unread.items()
    ]
    return msgspec.structs.replace(
        recording,
        sources={path: covering.source(text) for path, text in _extracted(recording, texts, lines).items()},
        notes=[*recording.notes, *notes],
    )


def _lines(recording: Recording, project: "Project") -> dict[str, set[int]]:
    """The lines of the user's own files that a report may show, by path: the target's file first."""
    found: dict[str, set[int]] = {}
    for trial in recording.trials:
        mark = trial.arguments
        if mark is not None and mark.path:
            found.setdefault(mark.path, set()).update([mark.line] if mark.line else [])
        frames = [frame for mark in trial.sites for site in mark.sites for frame in site.frames]
        frames += trial.exit.hang + (trial.raised.frames if trial.raised else [])
        for frame in frames:
            if project.is_own(frame.path):
                found.setdefault(frame.path, set()).add(frame.line)
    return found


def _extracted(recording: Recording, texts: dict[str, str], lines: dict[str, set[int]]) -> dict[str, str]:
    """What a report may show of the texts, or reason from."""
    from genaudit.evidence.blame.containers import lines_that_add
    from genaudit.lint.files.extract import extract
    from genaudit.lint.reach import expression_of, words_of

    shown = {path: lines.get(path, set()) | lines_that_add(recording, text) for path, text in texts.items()}
    return extract(texts, shown, words_of(expression_of(recording.request.target)))


def _source(path: str, unread: dict[str, str]) -> str | None:
    """The text of a file, where it is there and can be source.

    Args:
        unread: Is told why a file that is there is left out, or left out of what looks at its syntax.
    """
    from genaudit.lint.files.source import text_of
    from genaudit.sourcetext import why_unread

    try:
        text = text_of(read_bytes(path, MOST_SOURCE_BYTES))
    except OSError as error:
        if error.errno == errno.EFBIG:
            unread[path] = error.strerror or "it is too large"
        return None
    why = why_unread(text)
    if why is not None:
        unread[path] = why
    return text
