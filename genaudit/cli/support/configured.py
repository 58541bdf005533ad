"""What a command takes from the project's configuration, where the command line says nothing."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genaudit.cli.support.say import say
from genaudit.options import CONFIGURATION, PATH, options_at

if TYPE_CHECKING:
    from genaudit.config.file import Configuration

_DATA_SETS = {"args_from", "synth"}
"""Both give the data set: one that is typed takes the place of the other."""


def load_configuration(options: dict[str, Any]) -> "Configuration":
    """The configuration that holds here; says which one it is where that is not plain to see.

    Args:
        options: Of the command: ``config``, ``isolated``, and ``verbose`` where it has that.

    Raises:
        UsageError: The configuration cannot be followed.
    """
    from genaudit.config.file import load

    here = Path.cwd()
    configuration = load(here, config=options["config"], isolated=options["isolated"], say=say)
    path = configuration.path
    is_plain = path is None or options["config"] is not None or path.parent == here
    if path is not None and (options.get("verbose") or not (is_plain or options.get("quiet"))):
        say(f"configured by {path}")
    return configuration


def take_configuration(target: str, options: dict[str, Any]) -> dict[str, Any]:
    """Fill options that were not typed from the configuration that holds here.

    Args:
        target: Its own table in the configuration counts, if it has one.
        options: Values by name, changed in place.

    Returns:
        The arguments that the configuration gives to the target.

    Raises:
        UsageError: The configuration cannot be followed.
    """
    from genaudit.config.paths import resolve_paths

    configuration = load_configuration(options)
    settings = configuration.settings(target)
    context = click.get_current_context()
    # What the command has no option for was not typed.
    untyped = {click.core.ParameterSource.DEFAULT, None}
    typed = {name for name in options if context.get_parameter_source(name) not in untyped}
    kept = typed | (_DATA_SETS if _DATA_SETS & typed else set())
    for option in options_at(CONFIGURATION):
        if option.name in options and option.name not in kept and option.key in settings.values:
            value = settings.values[option.key]
            options[option.name] = Path(value) if option.kind == PATH else value
    return resolve_paths(settings.arguments, configuration.folder)
