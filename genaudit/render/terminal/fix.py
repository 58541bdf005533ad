"""What ``genaudit fix`` made of a report, for a terminal: each finding with its proven change, or why there is none."""

from genaudit.model.advice import LABEL as LABEL_OF_SKETCH
from genaudit.model.advice import read_advice
from genaudit.model.fix import Change, Fix, Unfixed
from genaudit.model.outcome import Location
from genaudit.model.report import Report
from genaudit.render.safe import one_line, printable_report
from genaudit.render.terminal.lines import Lines
from genaudit.render.text.fix import noun_of, proof_text, time_text
from genaudit.report.phrases import count, sentence

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def render_fix(
    report: Report, *, width: int = 80, colour: bool = False, unicode: bool = True, is_brief: bool = False
) -> bytes:
    """The fix of a report as text, in UTF-8, or in ASCII.

    Args:
        report: With its fix.
        width: Columns of the terminal.
        colour: Whether to use ANSI colours; nothing is shown by colour alone.
        unicode: Whether the terminal shows more than ASCII.
        is_brief: One line.
    """
    report = printable_report(report)
    page = _Page(width, colour=colour, unicode=unicode)
    fix = report.fix or Fix()
    if is_brief:
        page.brief(fix)
        return page.content()
    for change in fix.changes:
        page.change(change, noun_of(report))
    if fix.diff is not None:
        page.diff(fix)
    for left in fix.unfixed:
        page.unfixed(left)
    page.last(fix)
    return page.content()


class _Page(Lines):
    def brief(self, fix: Fix) -> None:
        """How many of the findings have a proven change, and whether it was made."""
        n_findings = len(fix.changes) + len(fix.unfixed)
        if n_findings:
            done = f", written: {one_line(', '.join(fix.paths))}" if fix.written else ""
            self.line((f"{len(fix.changes)} of {count(n_findings, 'finding')} with a proven fix{done}", "bold"))

    def change(self, change: Change, noun: str) -> None:
        """A finding, and the proof of its change."""
        self._finding(change.code, change.name, change.message, change.location)
        self.row("Fix", one_line(change.summary))
        self.row("Proven", proof_text(change.verified, noun))
        time = time_text(change.verified)
        if time is not None:
            self.row("Time", time)
        self.line()

    def diff(self, fix: Fix) -> None:
        """The difference, uncut: it is what people apply."""
        for line in (fix.diff or "").splitlines():
            self.console.print(line, style=_COLOURS.get(line[:1], ""), no_wrap=True, crop=False, soft_wrap=True)
        self.line()

    def unfixed(self, left: Unfixed) -> None:
        """A finding without a proven change: why, and the advice as advice."""
        self._finding(left.code, left.name, left.message, left.location)
        self.row("No fix", one_line(left.reason), lines=6)
        advice = read_advice(left.advice)
        if advice.words:
            self.row("Advice", sentence(one_line(advice.words)), lines=12)
        elif advice.code is not None:
            self.row("Advice", f"{LABEL_OF_SKETCH}; it is not proven:")
            self.code(advice.code)
        if advice.check is not None:
            self.command("Check it", one_line(advice.check))
        self.line()

    def last(self, fix: Fix) -> None:
        """What was done, or is to be done."""
        if fix.written:
            self.line((f"written: {one_line(', '.join(fix.paths))}", "bold"))
        elif fix.changes:
            self.line(("not written: --write applies this", "bold"))
        elif not fix.unfixed:
            self.line(("nothing to fix", "bold"))

    def _finding(self, code: str, name: str, message: str, place: Location | None) -> None:
        at = f"{place.place}: " if place is not None else ""
        self.paragraph(f"{one_line(at)}{code} {name}: {one_line(message)}", indent=0, style="bold", lines=4)
