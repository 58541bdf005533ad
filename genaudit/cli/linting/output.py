"""What ``genaudit lint`` prints, in each of its formats."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genaudit.lint.engine import LintResult
    from genaudit.lint.files.source import Diagnostic
    from genaudit.model import Location, Outcome
    from genaudit.model.report import SourceExcerpt

TEXT, CONCISE = "text", "concise"
FORMATS = (TEXT, CONCISE, "json", "sarif", "github", "gitlab", "junit")
FOR_READERS = (TEXT, CONCISE)
"""What people read: notes are left out of these, unless they are asked for. Machines get all, and choose by level."""


def rendered(form: str, result: "LintResult", outcomes: "list[Outcome]", *, plain: bool = False) -> bytes:
    """The findings in one of the formats; ``plain`` without colours."""
    if form == CONCISE:
        from genaudit.render.terminal.lint import render_concise

        return render_concise(outcomes)
    notifications = [_notification(diagnostic) for diagnostic in result.diagnostics]
    if form == "sarif":
        from genaudit.lint import RULES
        from genaudit.render.ci.sarif import sarif_of

        return sarif_of(outcomes, rules=[rule.info for rule in RULES], notifications=notifications)
    if form == "github":
        from genaudit.render.ci.github import github_of

        return github_of(outcomes)
    if form == "gitlab":
        from genaudit.render.ci.gitlab import gitlab_of

        return gitlab_of(outcomes)
    if form == "junit":
        from genaudit.render.ci.junit import junit_of

        return junit_of(outcomes, suite="genaudit lint")
    return _as_json(result, outcomes) if form == "json" else _as_text(outcomes, plain=plain)


def _notification(diagnostic: "Diagnostic") -> "tuple[str, int | None, str]":
    """Path, line and text; a line of a notebook's cell is none of its file."""
    if diagnostic.cell is None:
        return diagnostic.path, diagnostic.line, diagnostic.message
    return diagnostic.path, None, f"cell {diagnostic.cell}:{diagnostic.line}: {diagnostic.message}"


def _as_json(result: "LintResult", outcomes: "list[Outcome]") -> bytes:
    from genaudit.render.terminal.lint import render_json
    from genaudit.version import __version__

    return render_json(
        outcomes,
        version=__version__,
        diagnostics=result.diagnostics,
        counts={
            "files": result.n_files,
            "lines": result.n_lines,
            "subjects": result.n_subjects,
            "unfinished": result.n_unfinished,
            "suppressed": result.n_suppressed,
        },
    )


def _as_text(outcomes: "list[Outcome]", *, plain: bool) -> bytes:
    import shutil

    from genaudit.cli.support.output import wants_colour
    from genaudit.render.terminal.lint import render_text

    colour = not plain and wants_colour()
    width = shutil.get_terminal_size((100, 24)).columns
    return render_text(outcomes, excerpts=_excerpts(outcomes), colour=colour, width=width)


def _excerpts(outcomes: "Iterable[Outcome]") -> "Mapping[Location, SourceExcerpt]":
    """The lines that findings are on, of each file read once."""
    from genaudit.lint.engine import source_lines
    from genaudit.model import Level
    from genaudit.model.report import SourceExcerpt

    excerpts = {}
    texts: dict[tuple[str, int | None], list[str]] = {}
    for outcome in outcomes:
        place = outcome.location
        if place is None or outcome.level is Level.NOTE:
            continue
        key = (place.path, place.cell)
        if key not in texts:
            texts[key] = source_lines(*key)
        lines = texts[key][place.line - 1 : place.end_line or place.line]
        excerpts[place] = SourceExcerpt(path=place.path, first_line=place.line, lines=lines)
    return excerpts


def summary(result: "LintResult", outcomes: "list[Outcome]", n_hidden: int = 0) -> str:
    """How much of what was found, in how much; and how many notes there are besides.

    Args:
        result: What was audited.
        outcomes: The findings that are shown.
        n_hidden: Notes that are not.
    """
    from genaudit.model import Level

    counts = [(level.value, sum(outcome.level is level for outcome in outcomes)) for level in Level]
    levels = ", ".join(counted(count, name) for name, count in counts if count)
    if not levels:
        levels = "no errors or warnings" if n_hidden else "nothing found"
    answered = f", {result.n_suppressed} suppressed" if result.n_suppressed else ""
    subjects = counted(result.n_subjects, "generator or data set", "generators and data sets")
    cut = f", {result.n_unfinished} too long to follow to their end" if result.n_unfinished else ""
    lines = counted(result.n_lines, "line")
    notes = f"\n{counted(n_hidden, 'note')} not shown: --notes shows them" if n_hidden else ""
    return f"{levels}{answered} in {subjects}{cut} ({counted(result.n_files, 'file')}, {lines}){notes}"


def counted(number: int, one: str, more: str = "") -> str:
    """A number of something.

    Example:
        >>> counted(1, "file"), counted(1200, "line"), counted(2, "generator or data set", "generators and data sets")
        ('1 file', '1,200 lines', '2 generators and data sets')
    """
    return f"{number:,} {one if number == 1 else more or f'{one}s'}"
