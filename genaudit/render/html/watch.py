"""The report of a job that was watched as one page that opens offline, without a script."""

from typing import Any

from genaudit.model.watch import JobReport
from genaudit.render.figures.palette import DARK, LIGHT
from genaudit.render.figures.static.svg import inline
from genaudit.render.figures.static.watch import job_figure
from genaudit.render.html.report import asset, colours, environment
from genaudit.render.safe import printable_job
from genaudit.render.terminal.watch import ABOUT, KINDS, LABELS, growth_text
from genaudit.render.text.holders import amount_text, path_text, place_of
from genaudit.render.text.report import VERDICT_ICONS
from genaudit.report.watch.words import ending_text
from genaudit.units import format_bytes, format_seconds

LONGEST_PATH = 2_000


def render_html(report: JobReport) -> bytes:
    """The report as a page.

    Args:
        report: Of the job.
    """
    return environment().get_template("watch.html").render(_context(printable_job(report))).encode(
        "utf-8", "backslashreplace"
    )  # fmt: skip


def _context(report: JobReport) -> dict[str, Any]:
    return {
        "report": report,
        "tone": report.verdict.value,
        "icon": VERDICT_ICONS[report.verdict],
        "headline": report.headline[:1].upper() + report.headline[1:],
        "parts": [(LABELS[each.part], ABOUT[each.part], growth_text(each)) for each in report.parts],
        "rows": _rows(report),
        "holders": [
            (path_text(each, LONGEST_PATH, label="Grows"), amount_text(each, "Grows"), place_of(each))
            for each in report.holders
        ],
        "notes": [*([report.settle] if report.settle else []), *report.notes],
        "curve": inline(job_figure, report, "curve", "Memory of the job, batch by batch") if report.memory else "",
        "light": colours(LIGHT),
        "dark": colours(DARK),
        "style": asset("report.css"),
    }


def _rows(report: JobReport) -> list[tuple[str, str]]:
    rows = [
        ("Job", ending_text(report.ending)),
        ("Batches", f"{report.batches:,} from {', '.join(report.sources) or 'nothing that was seen'}"),
        (
            "Memory",
            f"{format_bytes(report.first_bytes)} after the first batch, {format_bytes(report.last_bytes)} at the end; "
            f"highest, with workers, {format_bytes(report.highest_bytes)}",
        ),
        ("Time", f"{format_seconds(report.seconds_in)} in next(), {format_seconds(report.seconds_out)} outside"),
    ]
    if report.batch_bytes:
        rows.append(("One batch", format_bytes(report.batch_bytes)))
    if report.limit_bytes:
        left = ""
        if report.left_batches is not None and report.left_seconds is not None:
            left = f"; reached after {report.left_batches:,.0f} batches more, {format_seconds(report.left_seconds)}"
        rows.append(("Limit", f"{format_bytes(report.limit_bytes)} {KINDS.get(report.limit_kind, '')}{left}"))
    return rows
