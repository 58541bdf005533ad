"""``genaudit lint --add-ignore``: comments that answer for what is found now, so that only new findings are shown."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from genaudit.model import Outcome


def add_comments(shown: "list[Outcome]") -> "list[Outcome]":
    """Write a comment at each finding; returns the findings that none answers for.

    Args:
        shown: The findings that people are shown.
    """
    from genaudit.cli.linting.output import counted

    lines_by_path: dict[str, set[tuple[str, int]]] = {}
    for outcome in shown:
        if outcome.location is not None and _why_not(outcome) is None:
            found = lines_by_path.setdefault(outcome.location.path, set())
            found.add((outcome.code, outcome.location.line))
    added = {(path, *each) for path, found in lines_by_path.items() for each in _write(path, found)}
    left = [outcome for outcome in shown if not _is_among(outcome, added)]
    n_files = len({path for path, _, _ in added})
    findings = counted(len(shown) - len(left), "finding")
    done = f"comments added for {findings}, in {counted(n_files, 'file')}"
    click.echo(done if added else "no comment was added", err=True)
    _tell(left)
    return left


def _is_among(outcome: "Outcome", added: set[tuple[str, str, int]]) -> bool:
    place = outcome.location
    return place is not None and place.cell is None and (place.path, outcome.code, place.line) in added


def _why_not(outcome: "Outcome") -> str | None:
    """Why a finding gets no comment, and what to do; ``None`` where it gets one."""
    from genaudit.model.catalogue import UNUSED_SUPPRESSION

    if outcome.code == UNUSED_SUPPRESSION.code:
        return "no comment answers for a comment; correct it or remove it"
    if outcome.location is not None and outcome.location.cell is not None:
        return "notebooks are not written; put the comment into the cell, or use --per-path-ignore"
    return None


def _write(path: str, found: set[tuple[str, int]]) -> frozenset[tuple[str, int]]:
    """Write the comments of a file; returns the code and line of each finding that has one now."""
    from genaudit.files import read_bytes
    from genaudit.fix import texts
    from genaudit.lint.files.ignoring import answered
    from genaudit.lint.files.source import MAX_BYTES
    from genaudit.writing import write_whole

    try:
        file = texts.read(read_bytes(path, MAX_BYTES))
        new = answered(file.text, found)
        content = file.encoded(new.text)
    except (OSError, texts.Unfit):
        return frozenset()
    if new.added:
        write_whole(Path(path), content)
    return new.added


def _tell(left: "list[Outcome]") -> None:
    """Name what has no comment, with the reason."""
    from genaudit.cli.linting.output import counted
    from genaudit.render.terminal.lint import render_concise

    reasons: dict[str, list[Outcome]] = {}
    for outcome in left:
        reason = _why_not(outcome) or "the file could not be written without changing what it does"
        reasons.setdefault(reason, []).append(outcome)
    for reason, outcomes in reasons.items():
        click.echo(f"{counted(len(outcomes), 'finding')} left: {reason}", err=True)
        click.echo(render_concise(outcomes), nl=False, err=True)
