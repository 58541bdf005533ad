"""What a recording keeps of the user's own files, so that it can be judged and shown anywhere."""

import errno
import itertools
from collections.abc import Callable

import msgspec

from genaudit.errors import UsageError
from genaudit.evidence.project import Project
from genaudit.evidence.retention.lines import lines_of_names
from genaudit.evidence.retention.tree import NAMED
from genaudit.files import read_bytes, shown_path
from genaudit.lint.files.extract import extract
from genaudit.lint.files.source import cells_of, text_of
from genaudit.lint.reach import expression_of, files_imported, words_of
from genaudit.model.marks import SCRIPT, Frame
from genaudit.model.recording import Recording, Trial
from genaudit.sourcetext import why_unread

MOST_SOURCE_BYTES = 1_000_000
MOST_SOURCES = 50
NOTEBOOK = ".ipynb"


def with_sources(recording: Recording, cover: Callable[[str], str]) -> Recording:
    """The recording with what it points into of the user's own files, without the secrets in it.

    Args:
        recording: Of trials.
        cover: A source text without secrets, in which all else keeps its place.
    """
    project = Project(recording)
    lines = _lines(recording, project)
    unread: dict[str, str] = {}
    texts = {path: text for path in list(lines)[:MOST_SOURCES] if (text := _source(path, unread)) is not None}
    for path in list(texts)[:1]:
        # What the target imports belongs to it, also where no memory came from it.
        texts.update(files_imported(path, lambda name: _source(name, unread) if project.is_own(name) else None))
    notes = [
        f"{shown_path(path, recording.working_directory)} was not read as source: {why}" for path, why in unread.items()
    ]
    return msgspec.structs.replace(
        recording,
        sources={path: cover(text) for path, text in extracted(recording, texts, lines).items()},
        cells={path: first_lines(cells_of(path)) for path in texts if path.endswith(NOTEBOOK)},
        notes=[*recording.notes, *notes],
    )


def extracted(recording: Recording, texts: dict[str, str], lines: dict[str, set[int]]) -> dict[str, str]:
    """What a report may show of the texts, or reason from.

    Args:
        recording: Of trials.
        texts: Whole files, by path.
        lines: Those that a report may show, by path.
    """
    names = names_held(recording)
    shown = {path: lines.get(path, set()) | lines_of_names(text, names) for path, text in texts.items()}
    return extract(texts, shown, _words(recording))


def _lines(recording: Recording, project: Project) -> dict[str, set[int]]:
    """The lines of the user's own files that a report may show, by path: the target's file first."""
    lines: dict[str, set[int]] = {}
    for trial in recording.trials:
        mark = trial.arguments
        if mark is not None and mark.path:
            lines.setdefault(mark.path, set()).update([mark.line] if mark.line else [])
        for handed in trial.handed:
            if project.is_own(handed.path):
                lines.setdefault(handed.path, set()).add(handed.line)
        frames = [frame for mark in trial.sites for site in mark.sites for frame in site.frames]
        frames += _places_held(trial)
        frames += trial.exit.hang + (trial.raised.frames if trial.raised else [])
        for frame in frames:
            if project.is_own(frame.path):
                lines.setdefault(frame.path, set()).add(frame.line)
    return lines


def _places_held(trial: Trial) -> list[Frame]:
    """Where the functions, classes and modules are that hold something."""
    return [
        Frame(path=node.path, line=node.line or 1, function=node.function)
        for mark in trial.retention
        for node in mark.nodes
        if node.path is not None
    ]


def _words(recording: Recording) -> set[str]:
    """Names in what is audited, and of a script those of the functions that hand it over."""
    handed = [mark for trial in recording.trials for mark in trial.handed]
    return words_of(expression_in(recording)) | {name for mark in handed for name in (mark.name, mark.function)}


def expression_in(recording: Recording) -> str:
    """What is audited, as an expression: behind the colon of a target, or what a script has handed over is made by."""
    for trial in recording.trials:
        if trial.arguments is not None and trial.arguments.kind == SCRIPT:
            return trial.arguments.function or ""
    return expression_of(recording.request.target)


def names_held(recording: Recording) -> set[str]:
    """Names by which code knows what is held."""
    return {
        node.name for trial in recording.trials for mark in trial.retention for node in mark.nodes if node.kind in NAMED
    }


def first_lines(cells: list[str]) -> list[int]:
    """The first line of each cell among the lines of all of them, and the line after the last."""
    return list(itertools.accumulate((cell.count("\n") for cell in cells), initial=1))


def _source(path: str, unread: dict[str, str]) -> str | None:
    """The text of a file, where it is there and can be source.

    Args:
        path: The file.
        unread: Gets why a file that is there is left out, or left out of what looks at its syntax.
    """
    try:
        text = text_of(read_bytes(path, MOST_SOURCE_BYTES))
        if path.endswith(NOTEBOOK):
            text = "".join(cells_of(path))
    except UsageError:
        return None
    except OSError as error:
        if error.errno == errno.EFBIG:
            unread[path] = error.strerror or "it is too large"
        return None
    why = why_unread(text)
    if why is not None:
        unread[path] = why
    return text
