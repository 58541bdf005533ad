"""``docs/reference/commands.md``: every command with every option, as its ``--help`` has them."""

import re
from collections.abc import Iterator

import click

from genaudit.cli.main import COMMANDS, SUMMARIES, cli

HEAD = """\
# Every command and option

<!-- Written by docs/refresh.py from the command line itself; do not edit. -->

`genaudit COMMAND --help` prints what is here. `genaudit --version` prints the version. What an option is set to in a
configuration, by a variable or in a pytest marker is on the page of [settings](settings.md).

"""


def commands_page() -> str:
    """The list of all commands, and a section for each."""
    rows = ["| command | what it does |\n| --- | --- |\n"]
    rows += [f"| [`genaudit {name}`](#genaudit-{name}) | {SUMMARIES[name]} |\n" for name in COMMANDS]
    context = click.Context(cli, info_name="genaudit")
    return HEAD + "".join(rows) + "".join(_section(name, context) for name in COMMANDS)


def _section(name: str, parent: click.Context) -> str:
    command = cli.get_command(parent, name)
    assert command is not None, name
    context = click.Context(command, info_name=name, parent=parent)
    usage = " ".join(command.get_usage(context).removeprefix("Usage: ").split())
    parts = [f"\n## genaudit {name}\n", f"```text\n{usage}\n```\n", *_help(command.help or "")]
    rows = [f"| `{names}` | {words} |" for names, words in _options(command, context)]
    if rows:
        parts.append("\n".join(["| option | what it does |", "| --- | --- |", *rows]) + "\n")
    return "\n".join(parts)


def _help(text: str) -> Iterator[str]:
    """The text of a command as Markdown: what keeps its lines is code."""
    for block in re.split(r"\n\n+", re.sub(r"\n[ ]+\n", "\n\n", text.strip())):
        kept, is_kept = re.subn(r"^\s*\x08\n", "", block)
        if not is_kept:
            yield " ".join(_escaped(block).split()) + "\n"
            continue
        first, *rest = kept.splitlines()
        if first.strip().endswith(":"):
            yield f"{first.strip()}\n"
        else:
            rest = [first, *rest]
        yield "```sh\n" + "".join(f"{line.strip()}\n" for line in rest) + "```\n"


def _escaped(text: str) -> str:
    return re.sub(r"([*_<])", r"\\\1", text)


def _options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and isinstance(parameter, click.Option) and "--help" not in record[0]:
            # Python's own word for a number is no word of a user's.
            names = re.sub(r"INTEGER RANGE|INTEGER", "N", record[0])
            words, _, extra = record[1].partition("  [")
            yield names.replace("|", r"\|"), _escaped(words + _extra(extra)).replace("|", r"\|")


def _extra(text: str) -> str:
    """What click says of defaults and ranges behind the words, as words."""
    told = []
    for part in filter(None, text.rstrip("]").split("; ")):
        limits = re.fullmatch(r"(\d+)<=x<=(\d+)", part)
        if limits:
            told.append(f"{limits[1]} to {limits[2]}")
        elif part != "x>=1":
            told.append(part.removesuffix(".0"))
    return f" ({'; '.join(told)})" if told else ""
