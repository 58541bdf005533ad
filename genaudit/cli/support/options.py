"""Options that several commands share."""

import contextlib
import sys
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genaudit import options
from genaudit.cli.support.picture import picture_of, picture_options
from genaudit.cli.support.written import write_option
from genaudit.interrupts import ENDING, interrupt_on
from genaudit.options import Option, rows_of

if TYPE_CHECKING:
    from genaudit.cli.support.output import Delivery
    from genaudit.model.job import Job

Command = Callable[..., Any]
LONGEST_S = 10**8


def options_of(place: str, *groups: type, without: Collection[str] = ()) -> Callable[[Command], Command]:
    """The options of a command, out of the one table of options.

    Args:
        place: The command, as the table names it.
        groups: Typed dicts of ``genaudit.options``; what the command does not have of them is left out.
        without: Names of others that are left out.
    """
    rows = (option for option in rows_of(*groups) if place in option.on and option.name not in without)
    shown = [_click_option(option, place) for option in rows]

    def decorated(command: Command) -> Command:
        for option in reversed(shown):
            command = option(command)
        return command

    return decorated


def _click_option(option: Option, place: str) -> Callable[[Command], Command]:
    default = option.default_at(place)
    fields: dict[str, Any] = {"help": option.help_at(place), "metavar": option.metavar}
    if option.kind == options.FLAG:
        return click.option(f"--{option.key}", is_flag=True, default=default, **fields)
    if option.kind == options.TEXTS:
        return click.option(f"--{option.key}", multiple=True, default=default, **fields)
    # A default of None is not passed: click would take it for one that was chosen.
    shown = {} if default is None else {"default": default, "show_default": True}
    return click.option(f"--{option.key}", type=_type_of(option), **shown, **fields)


def _type_of(option: Option) -> Any:
    """What reads the text of an option; ``None`` for texts as they are."""
    if option.kind == options.COUNT:
        return click.IntRange(min=1)
    if option.kind == options.SECONDS:
        return Seconds()
    if option.kind == options.PATH:
        return FilePath()
    return click.Choice(option.choices) if option.kind == options.CHOICE else None


def is_given(name: str) -> bool:
    """Whether an option of the command that runs has another value than its default, by whoever gave it."""
    return click.get_current_context().get_parameter_source(name) is not click.core.ParameterSource.DEFAULT


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

    given = {option.name: values[option.name] for option in rows_of(options.JobOptions) if option.name in values}
    return Job(target=target, command=["genaudit", *sys.argv[1:]], **given, **fields)


def configuration_options(command: Command) -> Command:
    """Where the configuration is read from."""
    for option in (
        click.option("--isolated", is_flag=True, help="Read no configuration file."),
        click.option("--config", type=FilePath(), help="The configuration to read, in place of the nearest."),
    ):
        command = option(command)
    return command


def delivery_options(command: Command) -> Command:
    """Where the results go, and which reports of them are written."""
    return _with_results(command, write_option)


def result_options(command: Command) -> Command:
    """Where the results go."""
    return _with_results(command)


def _with_results(command: Command, *more: Callable[[Command], Command]) -> Command:
    shown: tuple[Callable[[Command], Command], ...] = (
        click.option("-v", "--verbose", is_flag=True, help="Show every table."),
        click.option("-q", "--quiet", is_flag=True, help="One line."),
        click.option("--no-source", is_flag=True, help="Leave lines of your source code out of every report."),
        click.option("--open", "open_report", is_flag=True, help="Open the HTML report."),
        click.option("--out", type=FilePath(), default=Path("reports"), show_default=True, help="Reports folder."),
        picture_options,
        *more,
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
    )
    for option in shown:
        command = option(command)
    return command


def delivery_of(options: dict[str, Any], formats: Collection[str] | None = None) -> "Delivery":
    """The delivery that the options ask for.

    Args:
        options: Of the command, by name.
        formats: What ``--output`` may name; those of reports where ``None``.

    Raises:
        UsageError: An ``--output`` cannot be understood, a picture would be too small, the page to open is not to be
            written, or what is asked for cannot be drawn here.
    """
    from genaudit.cli.support.output import Delivery, check_drawn, check_opens, parse_output
    from genaudit.render import RENDERERS

    check_opens(options["open_report"], options["write"])
    delivery = Delivery(
        out=options["out"],
        write=options["write"],
        outputs=[parse_output(text, formats or RENDERERS) for text in options["outputs"]],
        form=options["form"],
        verbosity=0 if options["quiet"] else 2 if options["verbose"] else 1,
        open_report=options["open_report"],
        source=not options["no_source"],
        picture=picture_of(options["png_size"], options["png_dpi"]),
    )
    check_drawn(delivery)
    return delivery


class Seconds(click.types.StringParamType):
    """A duration above 0: seconds, or with its unit, ``90s``, ``5m``, ``1h30m``."""

    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number of seconds.

        Raises:
            click.BadParameter: It is none, or not above 0, or longer than any trial.
        """
        from genaudit.errors import UsageError
        from genaudit.units import DURATIONS, parse_seconds

        try:
            seconds = parse_seconds(value) if isinstance(value, str) else float(value)
        except UsageError as error:
            self.fail(f"{error.message}. {error.hint[:1].upper()}{error.hint[1:]}.", param, ctx)
        if not 0 < seconds <= LONGEST_S:
            self.fail(
                f"{value} is not a number of seconds from 0 to {LONGEST_S:,}. For example {DURATIONS}.", param, ctx
            )
        return seconds


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
    with interrupt_on(*ENDING):
        yield
