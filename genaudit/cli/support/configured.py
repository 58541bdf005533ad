"""What a command takes from the project's configuration, where the command line says nothing."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genaudit.cli.support.say import say

if TYPE_CHECKING:
    from genaudit.config.file import Configuration

# Options of ``genaudit run`` by key of the configuration.
_OPTIONS = {
    "batches": "batches",
    "max-batches": "max_batches",
    "epochs": "epochs",
    "sizes": "sizes",
    "hold": "hold",
    "repeats": "repeats",
    "items": "items",
    "project-items": "project_items",
    "synth": "synth",
    "args-from": "args_from",
    "dataset": "dataset",
    "driver": "driver",
    "memory-limit": "memory_limit",
    "timeout": "timeout",
    "quick": "quick",
    "fail-on": "fail_on",
    "strict": "strict",
    "out": "out",
    "write": "write",
}


def load_configuration(options: dict[str, Any]) -> "Configuration":
    """The configuration that holds here; which one is told where that is not plain to see.

    Args:
        options: Of the command: ``config``, ``isolated``, and ``verbose`` where it has that.

    Raises:
        UsageError: The configuration cannot be followed.
    """
    from genaudit.config.file import load

    here = Path.cwd()
    found = load(here, config=options["config"], isolated=options["isolated"], say=say)
    is_plain = found.path is None or options["config"] is not None or found.path.parent == here
    if found.path is not None and (options.get("verbose") or not (is_plain or options.get("quiet"))):
        say(f"configured by {found.path}")
    return found


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
    typed = {name for name in options if context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT}
    given = {"args-from", "synth"} & {key for key, name in _OPTIONS.items() if name in typed}
    for key, name in _OPTIONS.items():
        # --synth and --args-from both give the data set: one that is typed takes the place of the other.
        if key not in settings.values or name in typed or (given and key in {"args-from", "synth"}):
            continue
        value = settings.values[key]
        options[name] = Path(value) if key == "out" else value
    return resolve_paths(settings.arguments, configuration.folder)
