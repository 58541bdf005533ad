"""The report of a job on a terminal."""

from genaudit.model.outcome import RunVerdict
from genaudit.model.watch import JobReport, Part, PartGrowth
from genaudit.render.safe import printable
from genaudit.render.terminal.lines import Lines
from genaudit.render.terminal.sparkline import ASCII_BLOCKS, BLOCKS
from genaudit.render.text.holders import amount_text, path_text, place_of
from genaudit.render.text.report import VERDICT_ICONS
from genaudit.report.phrases import format_growth
from genaudit.report.watch.words import ending_text
from genaudit.units import format_bytes, format_range, format_seconds

STYLES = {RunVerdict.PASS: "green", RunVerdict.INCONCLUSIVE: "yellow", RunVerdict.FAIL: "red", RunVerdict.ERROR: "red"}
LABELS = {Part.SOURCE: "Source", Part.QUEUE: "Queue", Part.STEP: "Step"}
ABOUT = {Part.SOURCE: "inside next()", Part.QUEUE: "queue and workers", Part.STEP: "training step"}
KINDS = {"asked": "asked for", "container": "of the container", "machine": "of the machine"}
SPARK = 40


def render_watch(
    report: JobReport, *, width: int = 100, colour: bool = False, unicode: bool = True, verbosity: int = 1
) -> bytes:
    """The answer, then what it rests on.

    Args:
        report: What was concluded.
        width: Columns.
        colour: Whether to use colours of the terminal.
        unicode: Whether it shows more than ASCII.
        verbosity: 0 for the answer alone.
    """
    lines = Lines(width, colour=colour, unicode=unicode)
    icon = VERDICT_ICONS[report.verdict]
    label = report.verdict.value.upper()
    lines.line((f"{icon} {label}", f"bold {STYLES.get(report.verdict, '')}"), (f"  {printable(report.job)}", "bold"))
    lines.paragraph(printable(report.headline[:1].upper() + report.headline[1:]), lines=5)
    if verbosity > 0:
        lines.line()
        _figures(lines, report)
        _holders(lines, report)
        for note in [*([report.settle] if report.settle else []), *report.notes]:
            lines.row("Note", printable(note))
    return lines.content()


def _figures(lines: Lines, report: JobReport) -> None:
    for part in report.parts:
        text = growth_text(part)
        lines.row(LABELS[part.part], f"{ABOUT[part.part]}: {text}")
    first, last = format_bytes(report.first_bytes), format_bytes(report.last_bytes)
    begun = "after the first batch" if report.batches else "at the beginning"
    lines.row("Memory", f"{first} {begun}, {last} at the end, highest {format_bytes(report.highest_bytes)}")
    if len(report.memory) > 2:
        lines.row("", _curve(report, BLOCKS if lines.unicode else ASCII_BLOCKS))
    if report.limit_bytes:
        left = ""
        if report.left_seconds is not None and report.left_batches is not None:
            left = f"; reached after {report.left_batches:,.0f} batches more, {format_seconds(report.left_seconds)}"
        lines.row("Limit", f"{format_bytes(report.limit_bytes)} {KINDS.get(report.limit_kind, '')}{left}")
    lines.row("Job", f"{ending_text(report.ending)}; {format_seconds(report.seconds_in)} in next(), "
              f"{format_seconds(report.seconds_out)} outside")  # fmt: skip
    if report.sources:
        lines.row("Batches", ", ".join(map(printable, report.sources)))


def growth_text(part: PartGrowth) -> str:
    """By how much a part of the job grows."""
    rate = part.bytes_per_batch
    if rate is None:
        return "not told apart"
    ends = format_range(rate.low, rate.high)
    text = f"{format_growth(rate.value)} a batch" + (f" (95 % interval {ends})" if ends else "")
    return text if abs(rate.value) >= 1 else "nothing"


def _curve(report: JobReport, blocks: str) -> str:
    """Memory over batches, from zero to the highest."""
    points, last = report.memory, max(1, report.memory[-1].batch)
    heights = [0] * SPARK
    for point in points:
        column = min(SPARK - 1, point.batch * SPARK // last)
        heights[column] = max(heights[column], point.bytes)
    for column in range(1, SPARK):
        heights[column] = heights[column] or heights[column - 1]
    top = max(max(heights), 1)
    return "".join(blocks[min(len(blocks) - 1, height * len(blocks) // top)] for height in heights if height)


def _holders(lines: Lines, report: JobReport) -> None:
    room = lines.width - 14
    for holder in report.holders:
        place = place_of(holder)
        lines.row("Grows", f"{path_text(holder, room, label='Grows')}")
        lines.row("", " ".join(part for part in (amount_text(holder, "Grows"), f"({place})" if place else "") if part))
