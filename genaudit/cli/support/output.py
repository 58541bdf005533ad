"""Writes what a command produced: reports to files, the result to standard output."""

import contextlib
import functools
import itertools
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from genaudit.cli.folder.kept import keep_earlier
from genaudit.cli.folder.listed import write_index
from genaudit.cli.folder.own_files import COMPARISON_FILES, INDEX, RECORDING, REPORT_FILES, write_own
from genaudit.cli.support.drawing import aside
from genaudit.cli.support.progress import Drawing
from genaudit.cli.support.say import say
from genaudit.cli.support.surroundings import drop_standard_output, has_screen
from genaudit.errors import UsageError
from genaudit.interrupts import defer_interrupts
from genaudit.model.codec import encode
from genaudit.model.comparison import Comparison
from genaudit.model.recording import Recording
from genaudit.model.report import Report
from genaudit.render.redact import comparison_without_source, recording_without_source, without_source
from genaudit.writing import check_room, is_stream, make_folders, not_writable, write_whole

MOST_NAME = 120
"""Characters of a name that we make; file systems take 255 bytes."""
PICTURES = ("png", "svg")


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """Where results go, as the options say."""

    out: Path = Path("reports")
    outputs: list[tuple[str, Path]] = []
    """Format and path, of each ``--output``."""
    form: str = "text"
    verbosity: int = 1
    """0 quiet, 1 normal, 2 verbose."""
    open_report: bool = False
    source: bool = True
    """Whether lines of the user's code may be shown."""
    picture: dict[str, int] = {}
    """Width, height and dpi of pictures, where they are not the usual ones."""
    write: tuple[str, ...] | None = None
    """Formats of the report files in the folder; all that can be drawn here where ``None``.

    The recording is always written.
    """
    folder: Path | None = None
    """The folder of the result itself, where it has one already; one below ``out`` is made where ``None``."""
    lists: bool = True
    """Whether the page that lists all runs of ``out`` is written."""

    @property
    def draws(self) -> bool:
        """Whether a page or a picture is made, which needs libraries that take a second to import."""
        forms = {*self.forms, *(form for form, _ in self.outputs)}
        return not forms.isdisjoint(("html", *PICTURES))

    @property
    def forms(self) -> tuple[str, ...]:
        """Formats of the report files in the folder."""
        from genaudit.render import RENDERERS

        if self.write is not None:
            return self.write
        return tuple(form for form in REPORT_FILES if RENDERERS[form].can_draw)


def parse_output(text: str, formats: Collection[str]) -> tuple[str, Path]:
    """Format and path of ``FORMAT=PATH``.

    Args:
        text: As it was typed.
        formats: Those that there are of what the command produces.

    Raises:
        UsageError: It is not that, or there is no such format.
    """
    form, equals, path = text.partition("=")
    if not equals or not path:
        raise UsageError(
            f"--output {text!r} is not FORMAT=PATH", slug="bad-output", hint="for example --output html=audit.html"
        )
    if form not in formats:
        raise UsageError(
            f"--output {text}: there is no format {form!r} for this result",
            slug="unknown-format",
            hint=f"formats: {', '.join(formats)}",
        )
    return form, Path(path)


def check_opens(open_report: bool, write: Collection[str] | None) -> None:
    """Find out before anything is measured that there would be no page to open.

    Raises:
        UsageError: There would be none.
    """
    if open_report and write is not None and "html" not in write:
        raise UsageError(
            "--open opens report.html, which --write leaves out", slug="nothing-to-open", hint="add html to --write"
        )


def check_drawn(delivery: Delivery) -> None:
    """Find out before anything is measured that what was asked for by name cannot be drawn here.

    Raises:
        UsageError: The libraries that draw it are not installed.
    """
    from genaudit.render import RENDERERS, extra

    named = [(f"--write {form}", form) for form in delivery.write or ()]
    named += [(f"--output {form}={path}", form) for form, path in delivery.outputs]
    named += [("--open: report.html", "html")] if delivery.open_report else []
    for what, form in named:
        # What is no format of a report is a format of the command's own.
        if form in RENDERERS:
            extra.check_drawn(what, RENDERERS[form].libraries)


def say_left_out(delivery: Delivery, names: dict[str, str], folder: Path | str) -> None:
    """Say which files were left out because nothing here can draw them, and how to get them.

    Args:
        delivery: As the options say.
        names: Of the files, by format.
        folder: Of the run, for the command that draws them later.
    """
    from genaudit.render.extra import INSTALL

    lacking = [name for form, name in names.items() if form not in delivery.forms]
    if delivery.write is None and lacking and delivery.verbosity > 0:
        say(f"  no {', no '.join(lacking)}: {INSTALL}, then genaudit report {folder} draws them")


def check_writable(delivery: Delivery, *names: str) -> None:
    """Find out before anything is measured that a result could not be written; nothing is made for it.

    Args:
        delivery: Where results go.
        names: Folders of the results below it, as far as they are known.

    Raises:
        UsageError: A folder cannot be made or written to, or a path for a file is a folder's.
    """
    if delivery.lists:
        check_room(delivery.out, INDEX)
    for name in names:
        check_room(delivery.out / name, RECORDING, *REPORT_FILES.values(), *COMPARISON_FILES.values())
    check_outputs(delivery.outputs)


def check_outputs(outputs: list[tuple[str, Path]]) -> None:
    """Find out before anything is done that a file of ``--output`` could not be written.

    Raises:
        UsageError: It cannot, or its path is a folder's.
    """
    for form, path in outputs:
        if is_stream(path):
            continue
        check_room(path.parent)
        if os.path.isdir(path):  # noqa: PTH112 - a name may be too long to ask pathlib for
            raise UsageError(
                f"--output {form}={path}: that is a folder",
                slug="output-not-writable",
                hint=f"name a file in it: --output {form}={path / REPORT_FILES.get(form, 'report.' + form)}",
            )
        check_room(path.parent, path.name)


def deliver(
    result: Report | Comparison,
    recording: Recording | None,
    delivery: Delivery,
    *,
    show: Callable[[Any, int], None] | None = None,
) -> None:
    """Write what was measured, print the result, and draw then: nobody waits for pictures to read it.

    All files are written also where standard output cannot be, and the result is printed also where a file cannot be
    written.

    Args:
        result: What a command concluded.
        recording: What it was concluded from, where there is one to keep.
        delivery: Where it goes.
        show: Prints it as text, in so many words; as ``genaudit run`` does where ``None``.

    Raises:
        UsageError: A file, or standard output, cannot be written.
    """
    if not delivery.source:
        result, recording = _without_source(result), recording and recording_without_source(recording)
    folder = delivery.folder or delivery.out / folder_name(result)
    kept = folder / RECORDING
    written: list[Path] = []
    problems: list[UsageError] = []
    with _noted(problems):
        write_recording(result, recording, folder)
    can_draw = not problems
    try:
        with _noted(problems):
            _print_result(result, delivery, show or echo_result)
        with _noted(problems):
            if can_draw:
                with Drawing(*_files(result, delivery).values(), wanted=delivery.draws and delivery.verbosity > 0):
                    write_reports(result, delivery, folder, written)
    except KeyboardInterrupt:
        if kept.exists():
            say(f"what was measured is kept: genaudit report {kept}")
        raise
    if delivery.form != "json" and delivery.verbosity > 0:
        with _noted(problems), to_standard_output():
            for path in written:
                echo_path(path)
        say_left_out(delivery, _names(result), folder)
    if problems:
        raise problems[0]
    if delivery.open_report:
        open_page(folder / _files(result, delivery)["html"])


def open_page(page: Path) -> None:
    """Open a page in the browser; where there is none to open, say where the page is."""
    page = page.resolve()
    if not has_screen() or click.launch(str(page)) != 0:
        say(f"no browser can be opened here: {page.as_uri()}")


@contextlib.contextmanager
def _noted(problems: list[UsageError]) -> Iterator[None]:
    """What cannot be written is told when all else has been."""
    try:
        yield
    except UsageError as error:
        problems.append(error)


def _print_result(result: Report | Comparison, delivery: Delivery, show: Callable[[Any, int], None]) -> None:
    with to_standard_output():
        if delivery.form == "json":
            _print_json(result)
        else:
            show(result, delivery.verbosity)


def write_files(
    result: Report | Comparison, recording: Recording | None, delivery: Delivery, folder: Path, written: list[Path]
) -> None:
    """Write the recording, which nothing else could bring back, then all that is made from it.

    Args:
        result: What was concluded.
        recording: What was measured; ``None`` where it is not to be written.
        delivery: Where results go.
        folder: Of this target.
        written: Gets the paths of the reports as they are written.
    """
    write_recording(result, recording, folder)
    write_reports(result, delivery, folder, written)


def write_recording(result: Report | Comparison, recording: Recording | None, folder: Path) -> None:
    """Make the folder of a target, with what was measured in it."""
    try:
        make_folders(folder)
        keep_earlier(folder, result)
    except OSError as error:
        raise not_writable(folder, error) from error
    if recording is not None:
        with defer_interrupts():
            write_own(folder / RECORDING, encode(recording))


def write_reports(result: Report | Comparison, delivery: Delivery, folder: Path, written: list[Path]) -> None:
    """Write all that is made from a recording, pictures beside pages."""
    from genaudit.render import render

    wanted = [(form, folder / name, write_own) for form, name in _files(result, delivery).items()]
    wanted += [(form, path, _write_named) for form, path in delivery.outputs]
    drawn = {form for form, _, _ in wanted if form in PICTURES}
    pictures = {form: aside(functools.partial(render, result, form, **delivery.picture)) for form in drawn}
    # Of a comparison's page all is drawn at once.
    html = {"aside": aside} if isinstance(result, Report) else {}
    for form, path, write in wanted:
        content = pictures[form]() if form in pictures else render(result, form, **(html if form == "html" else {}))
        if write(path, content):
            written.append(path)
    files = _files(result, delivery)
    # Where pages were ruled out none is made; one that is there does not become out of date.
    wants_page = delivery.write is None or "html" in files or (delivery.out / INDEX).exists()
    if files and delivery.lists and wants_page:
        write_index(delivery.out)


def _write_named(path: Path, content: bytes) -> bool:
    """Write a file under the name that the user chose: what is there is replaced."""
    write_whole(path, content)
    return True


def _files(result: Report | Comparison, delivery: Delivery) -> dict[str, str]:
    """Names of the report files that are wanted, by format."""
    return {form: name for form, name in _names(result).items() if form in delivery.forms}


def _names(result: Report | Comparison) -> dict[str, str]:
    return REPORT_FILES if isinstance(result, Report) else COMPARISON_FILES


def _without_source(result: Report | Comparison) -> Report | Comparison:
    return without_source(result) if isinstance(result, Report) else comparison_without_source(result)


@contextlib.contextmanager
def to_standard_output() -> Iterator[None]:
    """Print what is printed inside; a reader that goes away, as ``head`` does, has got what it wanted.

    Raises:
        UsageError: Standard output cannot be written, as on a full disk.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        drop_standard_output()
    except OSError as error:
        drop_standard_output()
        raise UsageError(
            f"standard output cannot be written: {error.strerror or error}", slug="output-not-writable"
        ) from error


def _print_json(result: Report | Comparison) -> None:
    from genaudit.render import render

    sys.stdout.flush()
    sys.stdout.buffer.write(render(result, "json"))


def echo_result(result: Report | Comparison, verbosity: int) -> None:
    """A report or a comparison on the terminal, as wide and as colourful as it is."""
    from genaudit.display import columns, has_unicode, with_links
    from genaudit.render import render

    colour = wants_colour()
    width, unicode = columns(sys.stdout), has_unicode(sys.stdout)
    text = render(result, "text", width=width, colour=colour, verbosity=verbosity, unicode=unicode)
    click.echo(with_links(text.decode(), result, sys.stdout), nl=False, color=colour)


def echo_path(path: Path) -> None:
    """The path of a file that was written, as a link where the terminal has them."""
    from genaudit.display import address_of, wants_links
    from genaudit.render.safe import harmless
    from genaudit.render.terminal.links import hyperlink

    address = address_of(path) if wants_links(sys.stdout) else None
    text = harmless(f"  {path}").removeprefix("  ")
    click.echo(f"  {hyperlink(text, address) if address else text}")


def folder_name(result: Report | Comparison) -> str:
    """A folder for what is written of a target, or of several side by side, the same at each run."""
    if isinstance(result, Report):
        return folder_of(result.target.spec)
    first, last = result.variants[0], result.variants[-1]
    other = first.revision or last.revision or last.name
    return _plain(f"compare-{first.target.partition('(')[0]}-vs-{other}")[:MOST_NAME]


def folder_of(target: str) -> str:
    """A folder for what is written of a target."""
    return _plain(target.partition("(")[0])[-MOST_NAME:] or "target"


def folders_of(targets: Sequence[str]) -> dict[str, str]:
    """A folder for each of several targets: calls of one function with other arguments have folders of their own."""
    short = Counter(folder_of(target) for target in set(targets))
    found: dict[str, str] = {}
    for target in dict.fromkeys(targets):
        name = folder_of(target)
        if short[name] > 1:
            name = _plain(target)[-MOST_NAME:]
        # Of long arguments, or of signs that no folder has, what is left may be the same.
        taken = set(found.values())
        numbered = (f"{name}-{number}" for number in itertools.count(2))
        found[target] = next(each for each in itertools.chain([name], numbered) if each not in taken)
    return found


def _plain(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")


def wants_colour() -> bool:
    """Whether standard output gets colours: as ``genaudit.display`` decides of any file."""
    from genaudit import display

    return display.wants_colour(sys.stdout)
