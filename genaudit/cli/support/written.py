"""Which files of a report are written into the reports folder: ``--write``."""

from collections.abc import Callable
from typing import Any

import click


def _formats(_context: click.Context, _param: click.Parameter, text: str | None) -> tuple[str, ...] | None:
    """The formats that were typed; ``None`` where nothing was.

    Raises:
        click.BadParameter: One of them is no format of a report file.
    """
    if text is None:
        return None
    from genaudit.config.keys import report_formats
    from genaudit.errors import UsageError

    try:
        return report_formats(text)
    except UsageError as error:
        raise click.BadParameter(f"{error}.") from error


def write_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Formats of the report files, for whoever needs only some of them: pictures and pages take a second."""
    option = click.option(
        "--write",
        callback=_formats,
        metavar="FORMATS",
        help="Reports in the reports folder: html,png,json or some of them, or none; default all.",
    )
    return option(command)
