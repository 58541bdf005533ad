"""What is shown of a job that is watched: its report, in the formats that there are."""

import shutil
import sys
from pathlib import Path
from typing import Any

import click

from genaudit.cli.support.say import say
from genaudit.model.outcome import RunVerdict
from genaudit.model.watch import JobReport
from genaudit.writing import write_whole

WRITTEN = ("json", "html", "png")
"""Formats that are written beside the marks."""


def deliver_job(
    report: JobReport, folder: Path | None, *, form: str = "text", verbosity: int = 1, err: bool = False
) -> None:
    """Write the report beside the marks, and show it.

    Args:
        report: Of the job.
        folder: Where its marks are; nothing is written where ``None``.
        form: text, json.
        verbosity: 0 for the answer alone.
        err: To standard error, as standard output is the job's own.
    """
    from genaudit.display import has_unicode, wants_colour
    from genaudit.render import JOB_RENDERERS, render_job
    from genaudit.render.terminal.watch import render_watch

    if folder is not None:
        for name in WRITTEN:
            if JOB_RENDERERS[name].can_draw:
                write_whole(folder / _file(name), render_job(report, name))
    if form == "json":
        click.echo(render_job(report, "json"), nl=False, err=err)
        return
    stream = sys.stderr if err else sys.stdout
    content = render_watch(
        report,
        width=min(100, shutil.get_terminal_size((100, 24)).columns),
        colour=wants_colour(stream),
        unicode=has_unicode(stream),
        verbosity=verbosity,
    )
    click.echo(content, nl=False, err=err)
    if folder is not None and verbosity > 0:
        _say_left_out(folder)


def _file(form: str) -> str:
    from genaudit.render import JOB_RENDERERS

    return f"watch{JOB_RENDERERS[form].suffix}"


def _say_left_out(folder: Path) -> None:
    """Say which files nothing here can draw, and how to get them."""
    from genaudit.render import JOB_RENDERERS
    from genaudit.render.extra import INSTALL

    lacking = [form for form in WRITTEN if not JOB_RENDERERS[form].can_draw]
    if lacking:
        names = ", no ".join(_file(form) for form in lacking)
        outputs = " ".join(f"--output {form}={folder / _file(form)}" for form in lacking)
        say(f"  no {names}: {INSTALL}, then genaudit report {folder} {outputs} draws them")


def exit_code_of(report: JobReport) -> int:
    """What ``genaudit report`` ends with."""
    from genaudit.errors import ExitCode

    return int(ExitCode.FINDINGS if report.verdict is RunVerdict.FAIL else ExitCode.CLEAN)


def report_job(path: Path, options: dict[str, Any]) -> None:
    """``genaudit report`` of the folder of a job.

    Raises:
        click.exceptions.Exit: With the exit code of the report.
        UsageError: It is asked for in a format that there is not, or for what only an audit has.
    """
    from genaudit.cli.support.output import parse_output
    from genaudit.errors import UsageError
    from genaudit.render import JOB_RENDERERS, render_job
    from genaudit.watching import report_of_job

    if options["project_items"] is not None:
        raise UsageError(
            f"{path} is of a job that was watched, and has no forecast for another data set",
            slug="no-forecast",
            hint="genaudit run, on the job's data source, measures how memory grows with the data set",
        )
    outputs = [parse_output(text, JOB_RENDERERS) for text in options["outputs"]]
    report = report_of_job(path)
    for form, file in outputs:
        write_whole(file, render_job(report, form))
    verbosity = 0 if options["quiet"] else 1
    deliver_job(report, None, form=options["form"], verbosity=verbosity)
    raise click.exceptions.Exit(0 if options["exit_zero"] else exit_code_of(report))
