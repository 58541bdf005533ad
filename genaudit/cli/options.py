"""Options that several commands share."""

import contextlib
import math
import signal
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genaudit.interrupts import interrupt_on

if TYPE_CHECKING:
    from genaudit.cli.output import Delivery

Command = Callable[..., Any]


def verdict_options(command: Command) -> Command:
    """What the exit code depends on."""
    for option in (
        click.option("--strict", is_flag=True, help="Exit with 4 where a rule is inconclusive."),
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
        click.option(
            "--config", type=click.Path(path_type=Path), help="The configuration to read, in place of the nearest."
        ),
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
        click.option(
            "--out", type=click.Path(path_type=Path), default=Path("reports"), show_default=True, help="Reports folder."
        ),
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
        UsageError: An ``--output`` cannot be understood.
    """
    from genaudit.cli.output import Delivery, parse_output
    from genaudit.render import RENDERERS

    return Delivery(
        out=options["out"],
        outputs=[parse_output(text, formats or RENDERERS) for text in options["outputs"]],
        form=options["form"],
        verbosity=0 if options["quiet"] else 2 if options["verbose"] else 1,
        open_report=options["open_report"],
        source=not options["no_source"],
    )


class Seconds(click.FloatRange):
    """A number of seconds above 0; "nan" and "inf" are numbers to Python, and none to a clock."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number.

        Raises:
            click.BadParameter: It is none, or not above 0, or not finite.
        """
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a number of seconds.", param, ctx)
        return number


@contextlib.contextmanager
def interrupt_on_terminate() -> Iterator[None]:
    """End the target and keep what was measured on Ctrl-C, on SIGTERM from CI or a scheduler, on a closed terminal."""
    with interrupt_on(signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        yield
