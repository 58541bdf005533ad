"""What ``genaudit lint`` prints, in each of its formats."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genaudit.lint.engine import LintResult
    from genaudit.model import Outcome
    from genaudit.model.report import SourceExcerpt


def rendered(form: str, result: "LintResult", outcomes: "list[Outcome]", *, plain: bool = False) -> bytes:
    """The findings in one of the formats; ``plain`` without colours."""
    notifications = [(diagnostic.path, diagnostic.line, diagnostic.message) for diagnostic in result.diagnostics]
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


def _excerpts(outcomes: "Iterable[Outcome]") -> "Mapping[tuple[str, int], SourceExcerpt]":
    """The lines that findings are on, of each file read once."""
    from genaudit.lint.engine import source_lines
    from genaudit.model import Level
    from genaudit.model.report import SourceExcerpt

    excerpts = {}
    texts: dict[str, list[str]] = {}
    for outcome in outcomes:
        place = outcome.location
        if place is None or outcome.level is Level.NOTE:
            continue
        if place.path not in texts:
            texts[place.path] = source_lines(place.path)
        lines = texts[place.path][place.line - 1 : place.end_line or place.line]
        excerpts[place.path, place.line] = SourceExcerpt(path=place.path, first_line=place.line, lines=lines)
    return excerpts


def summary(result: "LintResult", outcomes: "list[Outcome]") -> str:
    """How much of what was found, in how much."""
    from genaudit.model import Level

    counts = [(level.value, sum(outcome.level is level for outcome in outcomes)) for level in Level]
    levels = ", ".join(f"{count} {name}{'s' if count != 1 else ''}" for name, count in counts if count)
    audited = f"{result.n_files} file{'s' if result.n_files != 1 else ''}, {result.n_lines:,} lines"
    hidden = f", {result.n_suppressed} suppressed" if result.n_suppressed else ""
    cut = f", {result.n_unfinished} too long to follow to their end" if result.n_unfinished else ""
    return f"{levels or 'nothing found'}{hidden} in {result.n_subjects} generators and data sets{cut} ({audited})"
