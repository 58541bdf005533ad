"""Writes what a command produced: reports to files, the result to standard output."""

import os
import re
import sys
import tempfile
from pathlib import Path

import click
import msgspec

from genaudit.cli.history import index, keep_earlier
from genaudit.errors import UsageError
from genaudit.model.codec import encode
from genaudit.model.recording import Recording
from genaudit.model.report import Report

REPORT_FILES = {"html": "report.html", "png": "timeline.png", "json": "report.json"}


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """Where results go, as the options say."""

    out: Path = Path("reports")
    outputs: list[tuple[str, Path]] = []
    """Format and path, of each ``--output``."""
    form: str = "text"
    verbosity: int = 1
    """0 quiet, 1 normal, 2 verbose."""
    open_report: bool = False


def parse_output(text: str) -> tuple[str, Path]:
    """Format and path of ``FORMAT=PATH``.

    Raises:
        UsageError: It is not that, or there is no such format.
    """
    from genaudit.render import RENDERERS

    form, equals, path = text.partition("=")
    if not equals or not path:
        raise UsageError(
            f"--output {text!r} is not FORMAT=PATH", slug="bad-output", hint="for example --output html=audit.html"
        )
    if form not in RENDERERS:
        raise UsageError(
            f"--output: there is no report format {form!r}",
            slug="unknown-format",
            hint=f"formats: {', '.join(RENDERERS)}",
        )
    return form, Path(path)


def check_writable(delivery: Delivery) -> None:
    """Find out before anything is measured that a result could not be written.

    Raises:
        UsageError: A folder cannot be made or written to.
    """
    for folder in {delivery.out, *(path.parent for _, path in delivery.outputs)}:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise UsageError(
                f"results cannot be written to {folder}: {error.strerror or error}",
                slug="output-not-writable",
                hint="choose another folder with --out DIR",
            ) from error


def deliver(report: Report, recording: Recording, delivery: Delivery) -> None:
    """Write every file, then the result to standard output."""
    from genaudit.render import render

    folder = delivery.out / folder_name(report)
    folder.mkdir(parents=True, exist_ok=True)
    keep_earlier(folder, report)
    written = []
    for form, name in REPORT_FILES.items():
        path = folder / name
        write_whole(path, render(report, form))
        written.append(path)
    write_whole(folder / "recording.json", encode(recording))
    write_whole(delivery.out / "index.html", index(delivery.out))
    for form, path in delivery.outputs:
        write_whole(path, render(report, form))
        written.append(path)
    if delivery.form == "json":
        sys.stdout.buffer.write(render(report, "json"))
        sys.stdout.flush()
    else:
        echo_report(report, delivery.verbosity)
        if delivery.verbosity > 0:
            for path in written:
                click.echo(f"  {path}")
    if delivery.open_report:
        click.launch(str((folder / "report.html").resolve()))


def echo_report(report: Report, verbosity: int) -> None:
    """The report on the terminal, as wide and as colourful as it is."""
    from genaudit.render import render

    colour = wants_colour()
    width = _width()
    unicode = (sys.stdout.encoding or "ascii").lower().replace("-", "") in {"utf8", "utf16", "utf32"}
    text = render(report, "text", width=width, colour=colour, verbosity=verbosity, unicode=unicode)
    click.echo(text.decode(), nl=False, color=colour)


def folder_name(report: Report) -> str:
    """A folder for the reports of a target, the same at each run."""
    return re.sub(r"[^\w.-]+", "-", report.target.spec.partition("(")[0]).strip("-.") or "target"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader never sees half of it.

    Raises:
        UsageError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror or error}", slug="output-not-writable", hint="--out DIR"
        ) from error


def wants_colour() -> bool:
    """Whether standard output is a terminal whose user did not say no to colours."""
    if os.environ.get("NO_COLOR"):
        return False
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _width() -> int:
    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return 100
    import shutil

    return min(120, shutil.get_terminal_size((80, 24)).columns)
