"""What a CI service is told by itself: annotations and a summary on GitHub, a code quality report on GitLab."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from genaudit.cli.support.say import say
from genaudit.errors import UsageError
from genaudit.model.report import Report

GITLAB_FILE = "gl-code-quality-report.json"


def tell_ci(reports: list[Report], variables: Mapping[str, str], *, to_stderr: bool) -> None:
    """Write what the service that runs this job reads, and nothing where no service is known.

    Args:
        reports: One for each target.
        variables: Environment variables.
        to_stderr: Standard output is taken; GitHub reads commands from both.
    """
    if variables.get("GITHUB_ACTIONS") == "true":
        _tell_github(reports, variables, to_stderr=to_stderr)
    if variables.get("GITLAB_CI") == "true":
        from genaudit.render import render_several
        from genaudit.writing import write_whole

        path = Path(variables.get("CI_PROJECT_DIR") or ".") / GITLAB_FILE
        # GitLab's runner takes it from here, perhaps as another user.
        content = render_several(_as_seen_from(reports, variables.get("CI_PROJECT_DIR")), "gitlab")
        with _verdict_first():
            write_whole(path, content, shared=True)
            say(f"  {path} (artifacts: reports: codequality)")


def _tell_github(reports: list[Report], variables: Mapping[str, str], *, to_stderr: bool) -> None:
    from genaudit.render import render_several
    from genaudit.render.ci.markdown import MOST_BYTES, render_markdown
    from genaudit.writing import append

    seen = _as_seen_from(reports, variables.get("GITHUB_WORKSPACE"))
    click.echo(render_several(seen, "github").decode(), nl=False, err=to_stderr)
    summary = variables.get("GITHUB_STEP_SUMMARY")
    if summary:
        with _verdict_first():
            # Behind what earlier commands of the step wrote; the limit is for all of it.
            append(Path(summary), lambda size: render_markdown(*seen, most_bytes=max(2000, MOST_BYTES - size)))


@contextlib.contextmanager
def _verdict_first() -> Iterator[None]:
    """What cannot be written is told in a line: the verdict must not be lost for the page about it."""
    try:
        yield
    except UsageError as error:
        say(error.message)


def _as_seen_from(reports: list[Report], root: str | None) -> list[Report]:
    """The reports with paths from the root of the repository, which the service knows files by."""
    from genaudit.render.ci.outcomes import moved

    if not root:
        return reports
    try:
        prefix = Path.cwd().resolve().relative_to(Path(root).resolve())
    except ValueError:
        return reports
    return moved(reports, prefix.as_posix())
