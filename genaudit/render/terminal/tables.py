"""The tables behind the verdict, for a terminal that asked for them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from genaudit.model import Report
from genaudit.render.safe import one_line, shorten, shorten_left
from genaudit.render.text.holders import accounting_text, growth_text, path_text
from genaudit.render.text.report import sorted_outcomes
from genaudit.render.text.tables import batch_rows, method_rows
from genaudit.report.failures import exit_in_short
from genaudit.report.phrases import duration, size

if TYPE_CHECKING:
    from rich.console import Console

MOST_SITES = 15


def print_tables(console: "Console", report: Report, *, width: int) -> None:
    """Every table of the report that has rows."""
    show = _Tables(console, width)
    show.table("Rules", ["rule", "verdict", "message"], _outcome_rows(report), right=set())
    held = _holder_rows(report, max(width - 44, 24))
    show.table("Held by", ["held", "share", "grows", "path"], held, right={0, 1, 2})
    show.table("Scaling", [f"{report.target.item_noun}s", "retained", "high-water"], _law_rows(report), right={0, 1, 2})
    show.table("Phases", ["phase", "time", "RSS", "anonymous", "high-water"], _phase_rows(report), right={1, 2, 3, 4})
    show.pairs("Batches", batch_rows(report))
    show.table("Sites", ["retained", "peak", "blocks", "line"], _site_rows(report, width - 34), right={0, 1, 2})
    show.table(
        "Trials",
        ["kind", "items", "batches", "epochs", "time", "high-water", "end"],
        _trial_rows(report),
        right={1, 2, 3, 4, 5},
    )
    show.table("Processes", ["process", "name", "PSS", "private"], _process_rows(report), right={0, 2, 3})
    show.pairs("Method", method_rows(report))


class _Tables:
    """Tables with one look."""

    def __init__(self, console: "Console", width: int) -> None:
        self.console = console
        self.width = width

    def table(self, title: str, columns: Sequence[str], lines: Iterable[Sequence[str]], *, right: set[int]) -> None:
        from rich import box
        from rich.table import Table
        from rich.text import Text

        cells = [[Text(one_line(cell), overflow="ellipsis") for cell in line] for line in lines]
        if not cells:
            return
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim", padding=(0, 1))
        for at, name in enumerate(columns):
            last = at == len(columns) - 1
            table.add_column(Text(name), justify="right" if at in right else "left", no_wrap=not last, overflow="fold")
        for line in cells:
            table.add_row(*line)
        self._title(title)
        self.console.print(table)

    def pairs(self, title: str, lines: Iterable[tuple[str, str]]) -> None:
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 2))
        for label, value in lines:
            table.add_row(Text(label, style="dim"), Text(value, overflow="fold"))
        if table.row_count:
            self._title(title)
            self.console.print(table)

    def _title(self, title: str) -> None:
        from rich.text import Text

        self.console.print()
        self.console.print(Text(title, style="bold"))


def _outcome_rows(report: Report) -> Iterable[list[str]]:
    for outcome in sorted_outcomes(report):
        yield [f"{outcome.code} {outcome.name}", outcome.verdict.value, outcome.message]


def _holder_rows(report: Report, room: int) -> Iterable[list[str]]:
    """Each path in the room that there is, then its line."""
    for holder in report.holders:
        shown = f"{'about ' if holder.is_sampled else ''}{size(holder.bytes)}"
        yield [shown, f"{holder.share:.0%}", growth_text(holder) or "–", path_text(holder, room)]
        if holder.location is not None:
            yield ["", "", "", shorten_left(one_line(holder.location.place), room)]
    text = accounting_text(report)
    if text is not None:
        yield ["", "", "", text]


def _law_rows(report: Report) -> Iterable[list[str]]:
    law = report.growth_law
    if law is not None:
        for n_items, retained, high in zip(law.sizes, law.retained_bytes, law.high_water_bytes, strict=False):
            yield [f"{n_items:,}", size(retained), size(high)]


def _phase_rows(report: Report) -> Iterable[list[str]]:
    for phase in report.phases:
        memory = [size(phase.rss_bytes), size(phase.anon_bytes), size(phase.high_water_bytes)]
        yield [phase.name, duration(phase.seconds), *memory]


def _site_rows(report: Report, room: int) -> Iterable[list[str]]:
    for site in report.sites[:MOST_SITES]:
        place = shorten_left(one_line(report.at(site.path, site.line).place), max(room, 20))
        source = f"  {shorten(one_line(site.source), 60)}" if site.source else ""
        yield [size(site.retained_bytes), size(site.peak_bytes), f"{site.blocks:,}", place + source]
    if report.untraced_bytes is not None:
        yield [size(report.untraced_bytes), "–", "–", "native or untraced"]


def _trial_rows(report: Report) -> Iterable[list[str]]:
    for trial in report.trials:
        end = exit_in_short(trial.exit.reason, trial.exit.code, trial.exit.signal)
        if trial.host is not None:
            end += f", on {trial.host}"
        items = "–" if trial.items is None else f"{trial.items:,}"
        counts = [items, f"{trial.batches:,}", f"{trial.epochs:,}"]
        yield [trial.kind, *counts, duration(trial.wall_s), size(trial.high_water_bytes), end]
    for left in report.skipped:
        items = "–" if left.items is None else f"{left.items:,}"
        yield [left.kind, items, "–", "–", "–", "–", f"skipped: {left.reason}"]


def _process_rows(report: Report) -> Iterable[list[str]]:
    if len(report.processes) > 1:
        for process in report.processes:
            yield [str(process.pid), process.name, size(process.pss_bytes), size(process.private_bytes)]
