"""``%genaudit`` and ``%%genaudit`` in a notebook: a call, or a cell that iterates or fits, audited where it stands."""

import re
import shlex
import sys
from typing import Any

import click

from genaudit import api
from genaudit.cells.rebuild import CallText, CellText
from genaudit.cli.support.options import options_of
from genaudit.errors import GenauditError, UsageError
from genaudit.model.report import Report
from genaudit.options import DriveOptions, TraceOptions, TrialOptions

_OPTIONS = re.compile(r"\s(?=--[a-z])")


@click.command(add_help_option=False)
@click.option("--source")
@options_of("run", DriveOptions, TraceOptions, TrialOptions)
def _command(**options: Any) -> dict[str, Any]:
    """The options of a magic."""
    context = click.get_current_context()
    default = click.core.ParameterSource.DEFAULT
    return {name: value for name, value in options.items() if context.get_parameter_source(name) is not default}


def register(shell: Any) -> None:
    """Make the magics known.

    Args:
        shell: Of IPython, which a notebook's is too.
    """
    shell.register_magic_function(genaudit, "line_cell", "genaudit")


def genaudit(line: str, cell: str | None = None) -> Report | None:
    """Audit a call, ``%genaudit train_gen(paths, 32)``, or below ``%%genaudit`` a cell that iterates or fits.

    Options are those of ``genaudit run``, before the call or behind it: ``%genaudit --quick train_gen(paths, 32)``.

    Args:
        line: What is written behind the name.
        cell: The lines below, for ``%%genaudit``.
    """
    call = ""
    try:
        call, options = split(line)
        source = options.pop("source", None)
        if cell is None and not call:
            raise UsageError(
                "nothing to audit", slug="no-call", hint="%genaudit train_gen(paths, 32), or %%genaudit above a cell"
            )
        if cell is not None and call:
            raise UsageError(
                f"%%genaudit takes options and no call, and got {call!r}",
                slug="call-above-cell",
                hint=f"%genaudit {call} on a line of its own, or the loop in the cell below",
            )
        target: Any = CallText(call) if cell is None else CellText(f"\n{cell}", source)
        return api.audit(target, **options)
    except GenauditError as error:
        # A traceback of genaudit's own would say nothing more.
        print(f"error: {error.message}", file=sys.stderr)
        hint = error.hint or ""
        if "--arg " in f"{hint} ".replace("=", " "):
            # Those of the command line.
            hint = f"write the call with its values: %genaudit {call}(…)"
        if hint:
            print(f"hint: {hint}", file=sys.stderr)
        return None


def split(line: str) -> tuple[str, dict[str, Any]]:
    """The call and the options on a line.

    Raises:
        UsageError: An option cannot be understood.

    Example:
        >>> split("--quick --batches 20 train_gen(paths, 'a b')")
        ("train_gen(paths, 'a b')", {'quick': True, 'batches': 20})
        >>> split("train_gen(paths) --quick")
        ('train_gen(paths)', {'quick': True})
    """
    words: list[str] = []
    rest = line.strip()
    while rest.startswith("--"):
        word, _, rest = rest.partition(" ")
        words.append(word)
        rest = rest.lstrip()
        if "=" not in word and _takes_value(word):
            value, _, rest = rest.partition(" ")
            words.append(value)
            rest = rest.lstrip()
    call, *behind = _OPTIONS.split(rest, maxsplit=1)
    try:
        words += shlex.split(behind[0]) if behind else []
        options: dict[str, Any] = _command.main(words, standalone_mode=False)
    except (click.ClickException, ValueError) as error:
        told = error.format_message() if isinstance(error, click.ClickException) else str(error)
        raise UsageError(told, slug="bad-option", hint="the options are those of genaudit run") from None
    return call.strip(), options


def _takes_value(word: str) -> bool:
    found = [each for each in _command.params if isinstance(each, click.Option) and word in each.opts]
    return bool(found) and not found[0].is_flag
