"""A comparison for a terminal: a table of figures, then each variant beside the first."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from genaudit.model.comparison import Against, Comparison, SameData, Variant
from genaudit.render.safe import one_line, printable_comparison, shorten, shorten_apart, shorten_left, without_commands
from genaudit.render.terminal.lines import console_of, text_of, wrapped
from genaudit.render.terminal.report import NARROWEST
from genaudit.render.text.comparison import (
    FIGURE_WORDS,
    UNKNOWN,
    better_class,
    better_text,
    data_text,
    difference_text,
    figure_text,
    figure_title,
    interval_text,
    news,
    noun_of,
    ratio_text,
    sentence_with_fault,
    setting_text,
)
from genaudit.render.text.comparison_holders import holder_text, variant_holders
from genaudit.render.text.report import blamed_line, not_tested, verdict_text
from genaudit.report.phrases import sentence

if TYPE_CHECKING:
    from rich.console import Console

COLUMN = 12
GAP = 2
WIDE = 92
"""From so many columns on there is room for ratios beside the differences."""
_PLAIN = str.maketrans({"⇄": "=", "✓": "+", "✗": "x", "…": "~", "–": "-", "×": "x", "µ": "u", "─": "-"})
_COLOURS = {"better": "green", "worse": "red", "same": "", "unknown": "magenta"}
_TONES = {
    "pass": "bold green",
    "warn": "bold yellow",
    "fail": "bold red",
    "error": "bold red",
    "inconclusive": "bold magenta",
}
_DATA_COLOURS = {SameData.SAME: "green", SameData.DIFFERENT: "bold red", SameData.UNKNOWN: "magenta"}


def render_text(
    comparison: Comparison, *, width: int = 80, colour: bool = False, verbosity: int = 1, unicode: bool = True
) -> bytes:
    """The comparison as text, in UTF-8, or in ASCII.

    Args:
        comparison: What ``genaudit.compare`` gave.
        width: Columns of the terminal.
        colour: Whether to use ANSI colours; nothing is shown by colour alone.
        verbosity: Quiet is a line for each variant.
        unicode: Whether the terminal shows more than ASCII.
    """
    page = _Page(printable_comparison(comparison), max(width, NARROWEST), colour=colour)
    if verbosity <= 0:
        page.lines()
    else:
        page.whole()
    text = without_commands("\n".join(line.rstrip() for line in page.out.getvalue().splitlines()) + "\n")
    if unicode:
        return text.encode("utf-8", "backslashreplace")
    return text.translate(_PLAIN).encode("ascii", "backslashreplace")


class _Page:
    """The lines of a comparison, as they are made."""

    def __init__(self, comparison: Comparison, width: int, *, colour: bool) -> None:
        self.comparison = comparison
        self.width = width
        self.out = io.StringIO()
        self.noun = noun_of(comparison)
        self.label = max(len(figure_title(name, self.noun)) for name in FIGURE_WORDS)
        self.console: Console = console_of(self.out, width, colour=colour)

    def lines(self) -> None:
        """Each variant in a sentence."""
        for against in self.comparison.against:
            # Past the console, which would cut it: one line is for grep, not for reading.
            self.out.write(one_line(sentence_with_fault(self.comparison, against)) + "\n")

    def whole(self) -> None:
        """Figures, differences, notes."""
        for at, new in enumerate(news(self.comparison)):
            # Good news below bad ones has no colour of its own.
            style = _TONES[new.tone] if at == 0 or new.tone != "pass" else ""
            for line in wrapped(f"{new.icon} {one_line(new.text)}", self.width, 3):
                self.console.print(text_of((line, style)), no_wrap=True, crop=False)
        self.console.print()
        self.row("Compared", setting_text(self.comparison), "dim")
        self.tables()
        for against in self.comparison.against:
            self.console.print()
            self.beside(against)
        self.held_by()
        for variant in self.comparison.variants:
            self.story(variant)
        for note in self.comparison.notes:
            self.console.print()
            self.wrapped(f"Note: {one_line(note)}", "dim")

    def tables(self) -> None:
        """One table with intervals where it fits, else as many without as are needed."""
        variants = self.comparison.variants
        names = max(
            COLUMN, *(max(min(len(variant.name), 24), len(verdict_text(variant.report))) for variant in variants)
        )
        wide = max([names, *(len(text) for _, texts in self.figures(with_ends=True) for text in texts)]) + GAP
        if self.label + wide * len(variants) <= self.width:
            self.console.print()
            self.table(variants, wide, with_ends=True)
            return
        base, *others = variants
        room = max(1, (self.width - self.label - 2) // (names + GAP) - 1)
        for at in range(0, max(1, len(others)), room):
            self.console.print()
            self.table([base, *others[at : at + room]], names + GAP, with_ends=False)

    def figures(self, variants: Sequence[Variant] | None = None, *, with_ends: bool) -> list[tuple[str, list[str]]]:
        """The label of each figure that is known, and its text for each variant."""
        chosen = self.comparison.variants if variants is None else variants
        rows = [
            (figure_title(name, self.noun), [self.figure(variant, name, with_ends=with_ends) for variant in chosen])
            for name in FIGURE_WORDS
        ]
        return [(label, texts) for label, texts in rows if set(texts) != {UNKNOWN}]

    def figure(self, variant: Variant, name: str, *, with_ends: bool) -> str:
        """A figure, with its interval where there is room for it."""
        ends = interval_text(variant, name, self.noun) if with_ends else ""
        return figure_text(variant, name, self.noun) + (f" ({ends})" if ends else "")

    def table(self, variants: Sequence[Variant], column: int, *, with_ends: bool) -> None:
        """A row for each figure, a column for each variant."""
        names = shorten_apart([one_line(variant.name) for variant in variants], column - GAP)
        self.cells("", names, column, "bold")
        verdicts = [verdict_text(variant.report) for variant in variants]
        self.cells("Audit", verdicts, column)
        for label, texts in self.figures(variants, with_ends=with_ends):
            self.cells(label, texts, column)

    def cells(self, label: str, texts: Sequence[str], column: int, style: str = "") -> None:
        cells = "".join(shorten(text, column - 1).rjust(column) for text in texts)
        self.console.print(text_of((f"{label:<{self.label}}", "dim"), (cells, style)), no_wrap=True, crop=False)

    def beside(self, against: Against) -> None:
        """The differences of a variant, a row each."""
        base, other = self.comparison.variants[0], self.comparison.variants[against.variant]
        self.console.print(text_of((f"{one_line(other.name)} vs {one_line(base.name)}", "bold")), crop=False)
        gaps = [difference_text(difference) for difference in against.differences]
        said = max((len(better_text(difference)) for difference in against.differences), default=0)
        if max((len(gap) for gap in gaps), default=0) > self.width - self.label - 2 * GAP - said:
            # Whether it is better says more than its interval.
            gaps = [gap.partition(" (")[0] for gap in gaps]
        column = max((len(gap) for gap in gaps), default=0) + GAP
        for difference, gap in zip(against.differences, gaps, strict=True):
            ratio = ratio_text(difference) if difference.difference is not None and difference.ratio is not None else ""
            line = text_of(
                (f"  {figure_title(difference.figure, self.noun):<{self.label}}  ", "dim"),
                (f"{gap:<{column}}", ""),
                (f"{ratio:>8}  " if self.width >= WIDE else "", "dim"),
                (better_text(difference), _COLOURS[better_class(difference)]),
            )
            line.truncate(self.width, overflow="ellipsis")
            self.console.print(line, no_wrap=True, crop=False)
        if not against.differences:
            self.row("Figures", "none: one of the two could not be measured", "", indent=2)
        style = _DATA_COLOURS[against.batches.verdict] if against.batches else "dim"
        self.row("Data", data_text(self.comparison, against), style, indent=2)
        for note in against.batches.notes if against.batches else []:
            self.row("", note, "dim", indent=2)

    def held_by(self) -> None:
        """Who keeps memory alive in each variant."""
        rows = variant_holders(self.comparison)
        if rows:
            self.console.print()
            self.console.print(text_of(("Who holds it", "bold")), crop=False)
        names = shorten_apart([one_line(row.name) for row in rows], self.label)
        for name, row in zip(names, rows, strict=True):
            label = name
            if len(name) > self.label:
                # Uncut, as it would be taken for another one: above its row.
                for line in wrapped(name, self.width - 2, 3):
                    self.console.print(text_of((f"  {line}", "dim")), no_wrap=True, crop=False)
                label = ""
            self.row(label, one_line(holder_text(row)), indent=2)

    def story(self, variant: Variant) -> None:
        """What an audit found, and where."""
        blame = blamed_line(variant.report)
        untested = not_tested(variant.report)
        if untested is not None:
            self.console.print()
            self.wrapped(f"{variant.name}: not tested: {one_line(untested)}", "")
        if not variant.report.findings and variant.problem is None:
            return
        self.console.print()
        text = variant.problem or variant.report.summary.headline
        self.wrapped(f"{variant.name}: {sentence(text)}", "bold")
        if blame is not None:
            function = f" in {blame.function}" if blame.function else ""
            place = shorten_left(one_line(f"{blame.place}{function}"), self.width - 4)
            self.console.print(text_of(("  ", ""), (place, "cyan")), no_wrap=True, crop=False)
            if blame.source:
                line = shorten(one_line(blame.source), self.width - 6)
                self.console.print(text_of(("  ❯   ", "red"), (line, "bold")), no_wrap=True, crop=False)

    def row(self, label: str, text: str, style: str = "", *, indent: int = 0) -> None:
        """A label and its text, wrapped under itself."""
        room = self.width - self.label - indent - 2
        for at, line in enumerate(wrapped(text, room, 6)):
            head = " " * indent + (label if at == 0 else "").ljust(self.label) + "  "
            self.console.print(text_of((head, "dim"), (line, style)), no_wrap=True, crop=False)

    def wrapped(self, text: str, style: str) -> None:
        for line in wrapped(text, self.width, 3):
            self.console.print(text_of((line, style)), no_wrap=True, crop=False)
