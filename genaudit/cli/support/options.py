"""Options that several commands share."""

import contextlib
import math
import signal
import sys
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genaudit.cli.support.picture import picture_of, picture_options
from genaudit.cli.support.written import write_option
from genaudit.interrupts import interrupt_on

if TYPE_CHECKING:
    from genaudit.cli.support.output import Delivery
    from genaudit.model.job import Job

Command = Callable[..., Any]
_COUNT = click.IntRange(min=1)
LONGEST_S = 10**8
# Options that are fields of a job under the same names.
_JOB_FIELDS = (
    "batches",
    "max_batches",
    "epochs",
    "sizes",
    "hold",
    "repeats",
    "items",
    "project_items",
    "synth",
    "timeout",
    "lines",
    "native",
    "quick",
    "args_from",
    "dataset",
    "driver",
    "memory_limit",
)


def data_options(command: Command) -> Command:
    """What targets are called with, besides ``--arg``, and what of it is the data set."""
    for option in (
        click.option("--project-items", type=_COUNT, help="Items of the real data set, for the forecast."),
        click.option("--items", type=_COUNT, help="The size n for --args-from and --synth."),
        click.option("--synth", metavar="SPEC", help="Make a data set: images:n=400,size=256x256,format=jpeg."),
        click.option("--dataset", metavar="NAME", help="The parameter that is the data set, where values do not tell."),
        click.option("--args-from", metavar="MODULE:FN", help="FN() or FN(n) returns the arguments, for n items."),
    ):
        command = option(command)
    return command


def drive_options(*, repeats: int) -> Callable[[Command], Command]:
    """How far, at which sizes and how often targets are driven.

    Args:
        repeats: How often where it is not said.
    """
    shown: dict[str, Any] = {"type": _COUNT, "show_default": True}

    def decorated(command: Command) -> Command:
        for option in (
            click.option("--driver", metavar="NAME", help="Force how a target is driven."),
            click.option("--repeats", default=repeats, help="Drives of the target, or of each variant.", **shown),
            click.option("--hold", default=1, help="Batches that stay alive while the next is made.", **shown),
            click.option(
                "--sizes",
                default="auto",
                show_default=True,
                metavar="auto|off|LIST",
                help="Sizes of the data set to measure, as 50,100,200.",
            ),
            click.option("--epochs", type=_COUNT, help="Drive so many epochs, however many batches they have."),
            click.option("--max-batches", default=1000, help="Batches at most, while memory still rises.", **shown),
            click.option("--batches", default=50, help="Batches to pull.", **shown),
        ):
            command = option(command)
        return command

    return decorated


def limit_options(command: Command) -> Command:
    """What ends a trial."""
    for option in (
        click.option(
            "--timeout",
            type=Seconds(),
            default=300.0,
            show_default=True,
            metavar="SECONDS",
            help="End a trial after so long.",
        ),
        click.option(
            "--memory-limit", metavar="SIZE", help="End a trial at this PSS; default 80 % of what is available."
        ),
    ):
        command = option(command)
    return command


def job_from(target: str, values: dict[str, Any], **fields: Any) -> "Job":
    """The job that the options of a command make.

    Args:
        target: What is audited.
        values: Of the options, by name.
        fields: Further fields of the job.

    Raises:
        UsageError: A number is out of its range.
    """
    from genaudit.model.job import Job

    given = {name: values[name] for name in _JOB_FIELDS if name in values}
    return Job(target=target, command=["genaudit", *sys.argv[1:]], **given, **fields)


def verdict_options(command: Command) -> Command:
    """What the exit code depends on."""
    for option in (
        click.option(
            "--strict", is_flag=True, help="Exit with 4 where a rule is inconclusive, or only batches were tested."
        ),
        click.option("--exit-zero", is_flag=True, help="Findings do not change the exit code."),
        click.option(
            "--fail-on",
            type=click.Choice(["error", "warn", "never"]),
            default="error",
            show_default=True,
            help="The lowest level that fails.",
        ),
    ):
        command = option(command)
    return command


def configuration_options(command: Command) -> Command:
    """Where the configuration is read from."""
    for option in (
        click.option("--isolated", is_flag=True, help="Read no configuration file."),
        click.option("--config", type=FilePath(), help="The configuration to read, in place of the nearest."),
    ):
        command = option(command)
    return command


def delivery_options(command: Command) -> Command:
    """Where the results go."""
    for option in (
        click.option("-v", "--verbose", is_flag=True, help="Show every table."),
        click.option("-q", "--quiet", is_flag=True, help="One line."),
        click.option("--no-source", is_flag=True, help="Leave lines of your source code out of every report."),
        click.option("--open", "open_report", is_flag=True, help="Open the HTML report."),
        click.option("--out", type=FilePath(), default=Path("reports"), show_default=True, help="Reports folder."),
        picture_options,
        write_option,
        click.option(
            "--output", "outputs", metavar="FORMAT=PATH", multiple=True, help="Also write a format: html, png, json, …"
        ),
        click.option(
            "--format",
            "form",
            type=click.Choice(["text", "json"]),
            default="text",
            show_default=True,
            help="What standard output gets.",
        ),
    ):
        command = option(command)
    return command


def delivery_of(options: dict[str, Any], formats: Collection[str] | None = None) -> "Delivery":
    """The delivery that the options ask for.

    Args:
        options: Of the command, by name.
        formats: What ``--output`` may name; those of reports where ``None``.

    Raises:
        UsageError: An ``--output`` cannot be understood, a picture would be too small, or the page to open is not
            to be written.
    """
    from genaudit.cli.support.output import Delivery, check_opens, parse_output
    from genaudit.render import RENDERERS

    check_opens(options["open_report"], options["write"])
    return Delivery(
        out=options["out"],
        write=options["write"],
        outputs=[parse_output(text, formats or RENDERERS) for text in options["outputs"]],
        form=options["form"],
        verbosity=0 if options["quiet"] else 2 if options["verbose"] else 1,
        open_report=options["open_report"],
        source=not options["no_source"],
        picture=picture_of(options["png_size"], options["png_dpi"]),
    )


class Seconds(click.FloatRange):
    """A number of seconds above 0, or of minutes or hours with their letter, ``5m``.

    "nan" and "inf" are numbers to Python, and none to a clock.
    """

    _UNITS = {"s": 1, "m": 60, "h": 3600}  # noqa: RUF012 - never changed

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True, max=LONGEST_S)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number.

        Raises:
            click.BadParameter: It is none, or not above 0, or not finite.
        """
        unit = value.strip()[-1:].lower() if isinstance(value, str) else ""
        factor = self._UNITS.get(unit)
        number = super().convert(value.strip()[:-1] if factor else value, param, ctx) * (factor or 1)
        if not math.isfinite(number):
            self.fail(f"{value} is not a number of seconds.", param, ctx)
        return number


class FilePath(click.Path):
    """A path; an empty one would be the current folder, which nobody means who leaves a variable empty."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path.

        Raises:
            click.BadParameter: It is empty.
        """
        if isinstance(value, str) and not value.strip():
            self.fail("the path is empty.", param, ctx)
        return super().convert(value, param, ctx)


@contextlib.contextmanager
def interrupt_on_terminate() -> Iterator[None]:
    """End the target and keep what was measured on Ctrl-C, on SIGTERM from CI or a scheduler, on a closed terminal."""
    with interrupt_on(signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        yield
