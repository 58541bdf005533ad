"""``genaudit init``: a configuration with budgets, and a job of CI, for a project that has neither."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from genaudit.cli.support.options import Seconds
from genaudit.cli.support.say import say

if TYPE_CHECKING:
    from genaudit.gate.init.discovery import Candidate
    from genaudit.gate.init.starter import Start
    from genaudit.model.report import Report

MOST_TARGETS = 8


@click.command()
@click.argument("root", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path())
@click.option("--no-run", is_flag=True, help="Measure nothing: targets without budgets.")
@click.option("--pyproject", is_flag=True, help="Write into pyproject.toml, not genaudit.toml.")
@click.option(
    "--ci",
    type=click.Choice(["auto", "github", "gitlab", "none"]),
    default="auto",
    show_default=True,
    help="Which job of CI to write.",
)
@click.option("--timeout", type=Seconds(), default=60.0, show_default=True, metavar="TIME", help="Ends a trial.")
def command(root: Path, no_run: bool, pyproject: bool, ci: str, timeout: float) -> None:
    """Write a configuration with budgets, and a CI workflow.

    Generators and data sets are found by reading the code in ROOT. Those that can be called without arguments, or with
    made images, are measured in child processes of their own, and get budgets of what they took and a quarter more.
    Nothing is asked, and nothing that is there is overwritten.
    """
    with _working_in(root):
        _write_all(Path.cwd(), no_run=no_run, pyproject=pyproject, ci=ci, timeout=timeout)
    click.echo("next: genaudit gate")


@contextlib.contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    """Make a folder the working directory, and the one before again afterwards."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _write_all(root: Path, *, no_run: bool, pyproject: bool, ci: str, timeout: float) -> None:
    from genaudit.errors import NothingToDoError
    from genaudit.gate.init.discovery import candidates

    path = _configuration_path(root, pyproject=pyproject)
    found = candidates(root)
    if not found:
        raise NothingToDoError(
            "no generator and no data set was found in the code here",
            slug="nothing-found",
            hint="name one yourself: genaudit run data.py:train_gen",
        )
    starts = [_start(one, measured=not no_run and at < MOST_TARGETS, timeout=timeout) for at, one in enumerate(found)]
    _write_configuration(path, starts)
    _write_job(root, ci)


def _configuration_path(root: Path, *, pyproject: bool) -> Path:
    """Where the configuration goes; there must be none yet."""
    from genaudit.config.file import find
    from genaudit.errors import UsageError

    there = find(root)
    if there is not None:
        raise UsageError(
            f"{there} configures genaudit already",
            slug="configured-already",
            hint="edit it, or move it away; genaudit gate runs it",
        )
    return root / ("pyproject.toml" if pyproject else "genaudit.toml")


def _start(candidate: "Candidate", *, measured: bool, timeout: float) -> "Start":
    """What can be said of a target; one that cannot be run is written down all the same."""
    from genaudit.gate.init.starter import SYNTH, Start

    synth = SYNTH if candidate.takes_files else None
    if candidate.required and synth is None:
        start = Start(candidate=candidate, remark=f"it needs {', '.join(candidate.required)}")
    elif not measured:
        start = Start(candidate=candidate, remark="genaudit gate can be tried with it")
    else:
        say(f"measuring {candidate.target} …")
        start = _measured(candidate, synth, timeout)
    told = "measured" if start.budgets else "not measured"
    said = f": {start.remark}" if start.remark else ""
    say(f"{candidate.path}:{candidate.line}  {candidate.target}  {told}{said}", err=False)
    return start


def _measured(candidate: "Candidate", synth: str | None, timeout: float) -> "Start":
    from genaudit.api import audit
    from genaudit.errors import GenauditError
    from genaudit.gate.init.starter import Start
    from genaudit.gate.init.suggestion import suggested
    from genaudit.render.safe import one_line

    try:
        report = audit(candidate.target, synth=synth, timeout=timeout)
    except GenauditError as error:
        return Start(candidate=candidate, remark=one_line(error.message, 160))
    if report.failure is not None:
        return Start(candidate=candidate, remark=_why_failed(report))
    found = [f"{one.code} {one.name}" for one in report.outcomes if one.is_finding and one.level.value != "note"]
    remark = f"found {', '.join(found)}: the gate is red until that is fixed" if found else ""
    return Start(candidate=candidate, budgets=suggested(report), synth=synth, remark=remark)


def _why_failed(report: "Report") -> str:
    """Its headline, with what to ask where there was no batch, as ``genaudit run`` asks it."""
    from genaudit.render.safe import one_line, printable
    from genaudit.report.failures import WHY_EMPTY

    said = one_line(printable(report.summary.headline), 160)
    is_empty = report.failure is not None and report.failure.reason == "empty"
    return f"{said}: {WHY_EMPTY}" if is_empty else said


def _write_configuration(path: Path, starts: "list[Start]") -> None:
    from genaudit.gate.init.starter import configuration_text
    from genaudit.writing import write_whole

    if path.name == "pyproject.toml":
        before = _text(path).rstrip("\n") + "\n\n" if path.is_file() else ""
        content = before + configuration_text(starts, table="tool.genaudit")
    else:
        content = configuration_text(starts)
    write_whole(path, content.encode(), shared=True)
    click.echo(f"{path.name} written")


def _text(path: Path) -> str:
    from genaudit.errors import UsageError
    from genaudit.files import MOST_SETTING_BYTES, read_text

    try:
        return read_text(path, MOST_SETTING_BYTES)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", slug="unreadable-configuration") from error


def _write_job(root: Path, ci: str) -> None:
    from genaudit.gate.init.origin import origin
    from genaudit.gate.init.starter import github_workflow, gitlab_job, install_commands
    from genaudit.writing import write_whole

    if ci == "auto":
        ci = "gitlab" if (root / ".gitlab-ci.yml").is_file() else "github"
    if ci == "none":
        return
    here = origin(root)
    install = install_commands(root, here.requirement)
    if ci == "gitlab":
        path, content = root / "genaudit.gitlab-ci.yml", gitlab_job(install, here.remark)
    else:
        path, content = root / ".github" / "workflows" / "genaudit.yml", github_workflow(install, here.remark)
    shown = path.relative_to(root)
    if path.exists():
        click.echo(f"{shown} is left as it is")
        return
    write_whole(path, content.encode(), shared=True)
    click.echo(f"{shown} written")
    if here.remark:
        say(f"{shown}: {here.remark}")
    if ci == "gitlab":
        click.echo("add to .gitlab-ci.yml:  include: {local: genaudit.gitlab-ci.yml}")
