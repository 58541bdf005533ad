"""Earlier runs on a terminal: what each target was from run to run, a group for each branch."""

from collections.abc import Sequence

from genaudit.render.safe import one_line, shorten_left
from genaudit.render.terminal.lines import Lines
from genaudit.render.terminal.report import NARROWEST, VERDICT_STYLES
from genaudit.render.terminal.sparkline import bars
from genaudit.render.text.history import Row, by_branch, by_target, peaks_text, runs_text, short_revision

HEADS = ("date", "revision", "peak", "a batch", "an item", "verdict")
GAP = 2
MOST_BARS = 40
FEWEST_WORDS = 20
"""A headline of which less than that could be shown is left out."""


def render_history(
    rows: Sequence[Row], *, limit: int = 10, width: int = 80, colour: bool = False, unicode: bool = True
) -> bytes:
    """The runs of each target as text, in UTF-8, or in ASCII.

    Args:
        rows: The latest first.
        limit: So many runs of a target and a branch have a line; the picture and the counts are of all.
        width: Columns of the terminal.
        colour: Whether to use ANSI colours; nothing is shown by colour alone.
        unicode: Whether the terminal shows more than ASCII.
    """
    page = _Page(max(width, NARROWEST), colour=colour, unicode=unicode)
    for at, (target, runs) in enumerate(by_target(rows).items()):
        if at:
            page.console.print()
        page.target(target, runs)
        for branch, of_branch in by_branch(runs).items():
            page.branch(branch, of_branch, limit)
    return page.content()


class _Page(Lines):
    """The lines, as they are made."""

    def target(self, target: str, rows: list[Row]) -> None:
        """The name of a target, and how it did."""
        text = f"  {runs_text(rows)}"
        self.line((shorten_left(target, max(self.width - len(text), NARROWEST // 2)), "bold"), (text, "dim"))

    def branch(self, branch: str, rows: list[Row], limit: int) -> None:
        """The peaks of a branch as bars, the oldest on the left, and a line for each of the latest runs."""
        peaks = [row.peak_bytes for row in reversed(rows)]
        name, range_ = one_line(branch), peaks_text(rows)
        room = max(self.width - len(range_) - 3 * GAP - 4, 8)
        name = shorten_left(name, max(room - len(peaks), room // 2))
        drawn = bars(peaks, min(MOST_BARS, max(room - len(name), 4)), unicode=self.unicode)
        self.line((" " * GAP, ""), (name, "cyan"), (" " * GAP, ""), (drawn, ""), (f"  {range_}", "dim"))
        self._table(rows[:limit])
        if len(rows) > limit:
            self.line((" " * 2 * GAP, ""), (f"{len(rows) - limit:,} earlier: --limit {len(rows)}", "dim"))

    def _table(self, rows: list[Row]) -> None:
        cells = [
            (row.when, one_line(short_revision(row.revision)), row.peak, row.per_batch, row.per_item) for row in rows
        ]
        widths = [max(len(head), *(len(line[at]) for line in cells)) for at, head in enumerate(HEADS[:-1])]
        room = self.width - sum(widths) - GAP * (len(HEADS) + 1)
        label = max(len(row.label) for row in rows)
        self.line((self._line(HEADS, widths), "dim"))
        for row, line in zip(rows, cells, strict=True):
            words = one_line(row.headline, room - label - GAP) if room - label - GAP >= FEWEST_WORDS else ""
            self.line(
                (self._line((*line, ""), widths), ""),
                (row.label.ljust(label) if words else row.label, VERDICT_STYLES[row.look]),
                (f"  {words}" if words else "", ""),
            )

    def _line(self, cells: Sequence[str], widths: list[int]) -> str:
        """Cells under each other: names on the left, figures on the right of their column."""
        *figures, last = cells
        shown = [
            cell.ljust(width) if at < 2 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(figures, widths, strict=True))
        ]
        return " " * 2 * GAP + (" " * GAP).join([*shown, last])
