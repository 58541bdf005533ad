"""Command lines of genaudit that a page shows: found wherever they stand, and parsed as the command itself would."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from genaudit.cli.main import COMMANDS, cli

FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"(?<!`)`(genaudit [^`\n]+)`(?!`)")
_PROGRAM = re.compile(r"(?:^|[\s;&|(\"'`/])(genaudit (?=[a-z-]).*)")
_OPERATORS = {"&&", "||", "|", ";", ">", "2>", ">>", "<", "&", "2>&1"}
_ENDS = re.compile(r"[;)]+$")
_MESSAGES = re.compile(r"<!-- messages: .*?<!-- end of messages -->", re.DOTALL)
"""Their words are the code's, and no command lines."""
_STAND_INS = {"N": "7", "SIZE": "1GiB", "TIME": "5m", "FORMAT": "text", "FORMATS": "html", "SHELL": "bash", "…": "x"}
"""What is written for a value in running text, and a value that is one."""


class Line(NamedTuple):
    """A command line, and where it stands."""

    place: str
    text: str
    is_whole: bool
    """Whether it is to be typed as it is; in running text a part may stand for the whole."""


def lines_of(page: Path) -> Iterator[Line]:
    """The command lines of a page."""
    text = page.read_text(encoding="utf-8")
    for block in FENCE.finditer(text):
        if block["language"] not in {"python", "diff"}:
            number = text.count("\n", 0, block.start()) + 1
            for line in re.sub(r" *\\\n>?\s*", " ", block["text"]).splitlines():
                found = _PROGRAM.search(line)
                if found and _is_typed(line, block["language"]):
                    yield Line(f"{page.name}:{number}", found[1], is_whole=True)
    for found in _INLINE.finditer(_MESSAGES.sub("", FENCE.sub("", text))):
        yield Line(page.name, found[1], is_whole=False)


def _is_typed(line: str, language: str) -> bool:
    """Whether a line of a block is a command, and not what one has printed."""
    if language in {"console", "text", ""}:
        return line.startswith("$ ")
    return not line.lstrip().startswith("#")


def refusal(line: Line) -> str | None:
    """Why a command line cannot be parsed; ``None`` where it can."""
    words = _words(line.text)
    if not words or words[0].startswith("-") or words[0].isupper():
        return None
    if words[0] not in COMMANDS:
        return f"{line.place}: there is no command {words[0]!r}: {line.text}"
    context = click.Context(cli, info_name="genaudit")
    command = cli.get_command(context, words[0])
    assert command is not None
    if not line.is_whole:
        known = {
            name for parameter in command.get_params(context) for name in (*parameter.opts, *parameter.secondary_opts)
        }
        before = words[: words.index("--")] if "--" in words else words
        unknown = [word for word in before if re.match(r"--?[a-z]", word) and word.partition("=")[0] not in known]
        return f"{line.place}: {line.text} has no {unknown[0]}" if unknown else None
    try:
        command.make_context(words[0], [_STAND_INS.get(word, word) for word in words[1:]], parent=context)
    except click.UsageError as error:
        return f"{line.place}: {line.text}: {error.format_message()}"
    except click.exceptions.Exit:
        # --help, for one.
        return None
    return None


def _words(text: str) -> list[str]:
    """The words behind the name of the program, up to what belongs to the shell."""
    try:
        words = shlex.split(text, comments=True)[1:]
    except ValueError:
        # Of a line in quotes, such as eval "$(genaudit completion bash)".
        words = text.partition(")")[0].split()[1:]
    for at, word in enumerate(words):
        if word in _OPERATORS:
            return words[:at]
        if _ENDS.search(word):
            return [*words[:at], _ENDS.sub("", word)]
    return words
