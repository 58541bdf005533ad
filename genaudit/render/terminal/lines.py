"""Lines for a terminal: wrapped, aligned, coloured where it may be, in ASCII where it must be."""

import io
import re
from typing import TYPE_CHECKING

from genaudit.render.safe import without_commands

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

LABEL = 10
MOST_CODE = 10
CONTINUED = " \\"
"""How a line of a command ends that goes on in the next."""

_WORD = re.compile(r"""(?:[^\s'"\\]|\\.|'[^']*'|"(?:\\.|[^"\\])*"|['"\\])+""")
"""A word of a command, with its quotes."""
_PLAIN = str.maketrans(
    {
        "✓": "+",
        "✗": "x",
        "…": "~",
        "–": "-",
        "×": "x",
        "µ": "u",
        "±": "~",
        "❯": ">",
        "│": "|",
        "─": "-",
        "·": "-",
        "›": ">",
    }
)

_BOXES = str.maketrans("━┃╵▁▂▃▄▅▆▇█┄═╇╪╺╸", "-|'_.:-=+*#-====-"[:17])


class Lines:
    """Lines of a screen, as they are made.

    Args:
        width: Columns of the terminal.
        colour: Whether to use ANSI colours.
        unicode: Whether the terminal shows more than ASCII.
    """

    def __init__(self, width: int, *, colour: bool, unicode: bool) -> None:
        self.width = width
        self.unicode = unicode
        self._out = io.StringIO()
        self.console = console_of(self._out, width, colour=colour)

    def content(self, most: int | None = None) -> bytes:
        """What was made, cut after so many lines."""
        lines = [line.rstrip() for line in self._out.getvalue().splitlines()]
        if most is not None and len(lines) > most:
            lines = [*lines[: most - 1], "  … -v shows the rest"]
        text = without_commands("\n".join(lines) + "\n")
        if self.unicode:
            return text.encode("utf-8", "backslashreplace")
        return text.translate(_PLAIN).translate(_BOXES).encode("ascii", "backslashreplace")

    def line(self, *parts: tuple[str, str]) -> None:
        """One line of parts, each with its style; none for an empty line."""
        self.console.print(text_of(*parts), no_wrap=True, crop=False)

    def paragraph(self, text: str, *, indent: int = 2, style: str = "", lines: int = 3) -> None:
        """Wrapped text, cut after so many lines."""
        for line in wrapped(text, self.width - indent, lines):
            self.line((" " * indent, ""), (line, style))

    def row(self, label: str, text: str, *, lines: int = 3) -> None:
        """A label and its text, wrapped under itself, cut after so many lines."""
        for at, line in enumerate(wrapped(text, self.width - LABEL - 2, lines)):
            head = (label if at == 0 else "").ljust(LABEL)
            self.line(("  ", ""), (head, "dim"), (line, ""))

    def n_lines(self) -> int:
        """How many lines there are by now."""
        return self._out.getvalue().count("\n")

    def fits(self, code: str) -> bool:
        """Whether code can be shown without being cut."""
        lines = code.strip("\n").splitlines()
        return len(lines) <= MOST_CODE and all(len(line.expandtabs(4)) <= self.width - 4 for line in lines)

    def command(self, label: str, text: str, *, folds: bool = True) -> None:
        """A command to copy: uncut, and where it takes several lines, a shell reads them as one.

        Args:
            folds: Fold it where it is wider than the terminal, and do not leave that to the terminal.
        """
        lines = command_lines(text, self.width - LABEL - 2) if folds else [text]
        for at, line in enumerate(lines):
            head = (label if at == 0 else "").ljust(LABEL)
            self._uncut(("  ", ""), (head, "dim"), (line, ""))

    def code(self, text: str) -> None:
        """Code as it is, also where it is wider than the terminal, which folds it and copies it whole.

        In no colour that would suggest that it can be pasted without a thought.
        """
        for line in text.strip("\n").splitlines():
            self._uncut(("    ", ""), (line.expandtabs(4), ""))

    def _uncut(self, *parts: tuple[str, str]) -> None:
        """One line, however wide it is."""
        self.console.print(text_of(*parts), no_wrap=True, crop=False, soft_wrap=True)


def console_of(out: io.StringIO, width: int, *, colour: bool) -> "Console":
    """A console that writes to memory and asks nobody."""
    from rich.console import Console

    return Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
        _environ={},
    )


def text_of(*parts: tuple[str, str]) -> "Text":
    """One line of parts, each with its style."""
    from rich.text import Text

    return Text.assemble(*parts, no_wrap=True, overflow="ignore", end="\n")


def command_lines(text: str, width: int) -> list[str]:
    r"""A command in lines that a shell reads as one; a word that is wider than a line stays whole.

    Example:
        >>> command_lines("genaudit compare a:b c:d --arg 'x=1 2'", 25)
        ['genaudit compare a:b \\', "c:d --arg 'x=1 2'"]
    """
    lines = [""]
    for word in _WORD.findall(text):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(longer) > width - len(CONTINUED):
            lines.append(word)
        else:
            lines[-1] = longer
    return [*(line + CONTINUED for line in lines[:-1]), lines[-1]]


def wrapped(text: str, width: int, most: int) -> list[str]:
    """The text in lines, at most so many, the cut marked."""
    import textwrap

    lines = textwrap.wrap(
        " ".join(text.split(" ")), max(width, 10), max_lines=most, placeholder="…", break_on_hyphens=False
    )
    return lines or [""]
