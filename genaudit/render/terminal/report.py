"""The report for a terminal: the verdict and what to do in one screen, the tables behind it when asked."""

import enum
import re
from typing import TYPE_CHECKING, NamedTuple

from genaudit.model import EvidenceKind, Outcome, Report, RunVerdict, Verdict
from genaudit.model.advice import LABEL as LABEL_OF_SKETCH
from genaudit.model.advice import read_advice
from genaudit.model.catalogue import INCONCLUSIVE
from genaudit.model.fix import Fix
from genaudit.render.safe import one_line, printable_report, shorten, shorten_left
from genaudit.render.terminal.lines import LABEL, Lines, text_of, wrapped
from genaudit.render.terminal.sparkline import sparkline
from genaudit.render.text.fix import noun_of, proof_text, time_text
from genaudit.render.text.holders import MOST, accounting_text, amount_text, path_text, short_path, shown_holders
from genaudit.render.text.report import (
    blamed_line,
    evidence_text,
    forecast_text,
    growth_per_batch_text,
    headline_says_failure,
    headline_text,
    last_frames,
    later_sources,
    law_sentence,
    limit_text,
    not_tested,
    pass_figures,
    peak_of_all_text,
    peak_text,
    retained_per_item_text,
    verdict_text,
)
from genaudit.report.failures import happened
from genaudit.report.phrases import count, sentence, short_name, size

if TYPE_CHECKING:
    from rich.text import Text

NARROWEST = 30
SCREEN_WIDTH = 80
MOST_LINES = 21
"""Of a screen of 24 lines, with the paths of three files below."""
NOTE_LINES = 2
OF_ITSELF = {"raised", "exited", "empty"}
"""Reasons of an end that nothing outside of the target brought about."""
STDERR_LINES = 4
OTHERS = 3
UNDECIDED_LINES = 4
MOST_WORDS = 12
"""Lines of advice where there is no screen to fill."""
LONGEST_NAME = 28
"""Of the target: it is kept where a long sentence is beside it."""

_EXPONENT = re.compile(r" \(exponent [\d.]+\)\Z")
"""Of a law: the first that goes where it would take another line."""
_TELLING = {EvidenceKind.BOTH, EvidenceKind.ACCOUNTED}
"""Kinds of evidence that are said beside the line; the usual one is not."""
VERDICT_STYLES = {
    RunVerdict.PASS: "bold green",
    RunVerdict.WARN: "bold yellow",
    RunVerdict.FAIL: "bold red",
    RunVerdict.INCONCLUSIVE: "bold magenta",
    RunVerdict.ERROR: "bold red",
}


class Verbosity(enum.IntEnum):
    """How much is shown."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


def render_text(
    report: Report, *, width: int = 80, colour: bool = False, verbosity: int = Verbosity.NORMAL, unicode: bool = True
) -> bytes:
    """The report as text, in UTF-8, or in ASCII.

    Args:
        report: What an audit concluded.
        width: Columns of the terminal.
        colour: Whether to use ANSI colours; nothing is shown by colour alone.
        verbosity: Quiet is one line, normal one screen, verbose adds every table.
        unicode: Whether the terminal shows more than ASCII.
    """
    # What is a screen is bounded in lines; what is not shows all that there is to copy.
    is_screen = width >= SCREEN_WIDTH and verbosity < Verbosity.VERBOSE
    whole = Room(is_screen=is_screen)
    page = _Page(printable_report(report), max(width, NARROWEST), colour=colour, unicode=unicode, room=whole)
    if verbosity <= Verbosity.QUIET:
        page.quiet_line()
    elif report.verdict is RunVerdict.PASS:
        page.verdict_line()
        page.not_tested()
        page.forecast()
        page.source()
        page.held_by()
        page.accounted()
        page.findings_list(first=0)
        page.notes()
    else:
        page.screen()
        for room in (
            Room(words=False),
            Room(words=False, notes=False),
            Room(sketch=False),
            Room(sketch=False, folds=False),
        ):
            if is_screen and page.n_lines() > MOST_LINES:
                page = _Page(page.report, page.width, colour=colour, unicode=unicode, room=room)
                page.screen()
    if verbosity >= Verbosity.VERBOSE:
        from genaudit.render.terminal.tables import print_tables

        print_tables(page.console, page.report, width=page.width)
        return page.content()
    return page.content(MOST_LINES if width >= SCREEN_WIDTH else None)


class Room(NamedTuple):
    """What there is room for on a screen."""

    sketch: bool = True
    words: bool = True
    """In words what a sketch shows."""
    notes: bool = True
    folds: bool = True
    """A command over several lines."""
    is_screen: bool = True
    """Whether lines are few: then a sketch that is long or wide is left to the page."""


class _Page(Lines):
    """The lines of one screen, as they are made."""

    def __init__(self, report: Report, width: int, *, colour: bool, unicode: bool, room: Room | None = None) -> None:
        super().__init__(width, colour=colour, unicode=unicode)
        self.report = report
        self._room = room or Room()

    def verdict_line(self) -> None:
        self.console.print(self._verdict_line(), no_wrap=True, crop=False)

    def quiet_line(self) -> None:
        """The verdict, and what was not tested: that is not cut at the width, for its command is to be copied."""
        line, text = self._verdict_line(), not_tested(self.report)
        if text is not None:
            line.append_text(text_of((f"; not tested: {one_line(text)}", VERDICT_STYLES[self.report.look])))
        self.console.print(line, no_wrap=True, crop=False, soft_wrap=True)

    def _verdict_line(self) -> "Text":
        verdict = self.report.verdict
        word = verdict_text(self.report)
        text = ", ".join(pass_figures(self.report)) if verdict is RunVerdict.PASS else headline_text(self.report)
        name = self._name(self.width - len(word) - len(text) - 5)
        colour = VERDICT_STYLES[self.report.look]
        line = text_of((word, colour), ("  ", ""), (name, "bold"), (": ", ""), (one_line(text), ""))
        line.truncate(self.width, overflow="ellipsis")
        return line

    def screen(self) -> None:
        """Verdict, line to blame, figures, fix."""
        word = verdict_text(self.report)
        name = self._name(self.width - len(word) - 2)
        self.line((word, VERDICT_STYLES[self.report.look]), ("  ", ""), (name, "bold"))
        self.paragraph(headline_text(self.report), style="bold")
        self.not_tested()
        self.blame()
        self.console.print()
        self.failure()
        self.source()
        self.held_by()
        self.figures()
        broke = self.report.verdict is RunVerdict.ERROR and self.report.failure is not None
        if not broke:
            # What broke comes first, and what else was found is no fix of it.
            self.fix()
        self.findings_list(first=0 if broke else 1)
        self.notes()

    def not_tested(self) -> None:
        """What the verdict does not cover."""
        text = not_tested(self.report)
        if text is not None:
            self.paragraph(f"Not tested: {one_line(text)}", lines=4)

    def blame(self) -> None:
        blame = blamed_line(self.report)
        if blame is None:
            if self.report.summary.cause and self.report.verdict is not RunVerdict.ERROR:
                self.paragraph(sentence(self.report.summary.cause))
            return
        place = shorten_left(one_line(blame.place), self.width - 2)
        room = self.width - len(place) - 6
        function = f" in {shorten(one_line(blame.function), room)}" if blame.function and room > 8 else ""
        agreed = f", {evidence_text(blame.evidence)}" if blame.evidence in _TELLING else ""
        agreed = ", measured as a whole" if blame.whole else agreed
        if len(place) + len(function) + len(agreed) + 2 <= self.width:
            function += agreed
        self.console.print()
        self.line(("  ", ""), (place, "cyan"), (function, "dim"))
        if blame.source:
            line = shorten(one_line(blame.source), self.width - 6)
            self.line(("  ❯ ", "red"), ("  ", ""), (line, "bold"))
        if self.report.verdict is RunVerdict.ERROR:
            for frame in last_frames(self.report):
                self.line(("    ", ""), (shorten_left(one_line(frame), self.width - 4), "dim"))

    def source(self) -> None:
        """Of a script, what was audited."""
        if self.report.target.source:
            self.row("Source", one_line(self.report.target.source))
        later = later_sources(self.report)
        if later is not None:
            self.row("Not run", one_line(later))
        if self.report.place is not None:
            self.row("Where", one_line(self.report.place.text))

    def held_by(self) -> None:
        """Who keeps the memory alive: what people act on."""
        room, before = self.width - LABEL - 2, self.n_lines()
        for label, holder in shown_holders(self.report):
            amount = amount_text(holder, label)
            lines = MOST - (self.n_lines() - before)
            beside = max(room - len(amount) - 2, 0)
            path = short_path(holder, beside, label=label)
            if path is None and lines > 1:
                self.row(label, path_text(holder, room, label=label))
                self.row("", amount)
            elif path is not None and lines > 0:
                self.row(label, f"{path}  {amount}")

    def forecast(self) -> None:
        """Of a target without a fault, only where another size than the measured one was asked about."""
        law, target = self.report.growth_law, self.report.target
        if law is None or law.projection is None or law.projection.items == target.items:
            return
        asked = f"{count(law.projection.items, target.item_noun)} need no more: memory does not grow with them"
        self.row("Forecast", (law.grows and forecast_text(self.report)) or asked)

    def accounted(self) -> None:
        """What is held beside what an epoch yields: of a target without a fault, where its size was not varied."""
        text = accounting_text(self.report)
        if text and self.report.is_partial:
            self.row("Accounted", text)

    def figures(self) -> None:
        """The figures of the verdict, one a row."""
        for label, text in figure_rows(self.report):
            self.row(label, text if len(text) <= self.width - LABEL - 2 else _EXPONENT.sub("", text))
        self.memory()

    def memory(self) -> None:
        """The sparkline, and the peak beside it."""
        highest = peak_text(self.report)
        if highest is None or self._never_began():
            return
        columns = min(40, self.width - LABEL - len(highest) - 9)
        n_batches = self.report.batches.count if self.report.batches else 0
        # Before the first batch there is nothing that a curve could be read against.
        timeline = self.report.timeline if n_batches else None
        drawn = sparkline(timeline, columns, unicode=self.unicode) if timeline else None
        if drawn is None:
            self.row("Memory", f"peak {highest}")
            self.all_processes()
            return
        self.row("Memory", f"{drawn.curve} peak {highest}")
        self.row("", f"{drawn.marks} {count(n_batches, 'batch')}")
        self.all_processes()

    def _never_began(self) -> bool:
        """Whether it ended by itself before its first batch: what memory did until then is not what it is about."""
        failure, batches = self.report.failure, self.report.batches
        return failure is not None and failure.reason in OF_ITSELF and (batches is None or not batches.count)

    def all_processes(self) -> None:
        """What the processes below it add: where they hold more, its own is not what people must have room for."""
        text = peak_of_all_text(self.report)
        if text:
            self.row("", text)

    def failure(self) -> None:
        failure = self.report.failure
        if failure is None:
            return
        if not headline_says_failure(self.report):
            self.row("Happened", sentence(happened(failure)))
        tail = [line for line in failure.stderr_tail.splitlines() if line.strip()][-STDERR_LINES:]
        for at, line in enumerate(tail):
            label = ("stderr" if at == 0 else "").ljust(LABEL)
            cut = shorten(line.expandtabs(4), self.width - LABEL - 4)
            self.line(("  ", ""), (label, "dim"), ("│ ", "dim"), (cut, ""))

    def fix(self) -> None:
        """What to do, a sketch of it as a whole or not at all, and the command that checks it."""
        if self.report.fix is not None and self.report.fix.changes:
            self.proven(self.report.fix)
            return
        found = self.report.findings
        advice = read_advice(found[0].fix if found else None)
        saved = found[0].saving_bytes if found else None
        text = self.report.summary.mend or advice.words
        if not text and advice.code is None and advice.check is None:
            return
        self.console.print()
        is_shown = self._room.sketch and (not self._room.is_screen or self.fits(advice.code or ""))
        shown = advice.code if advice.code and is_shown else None
        label = "Fix"
        if text and (self._room.words or shown is None):
            self.row(label, sentence(text), lines=4 if self._room.is_screen else MOST_WORDS)
            label = ""
        elif saved and self._room.words:
            self.row(label, f"Saves {size(saved)}.")
            label = ""
        if shown is not None:
            saves = f" (saves {size(saved)})" if saved and not self._room.words else ""
            self.row(label, f"{LABEL_OF_SKETCH}{saves}:")
            self.code(shown)
        elif advice.code is not None:
            self.row(label, f"{LABEL_OF_SKETCH}: -v shows it, and the HTML report.")
        if advice.check is not None:
            self.command("Check it", one_line(advice.check), folds=self._room.folds)

    def proven(self, fix: Fix) -> None:
        """The change that is proven; its difference is as long as it is, and elsewhere."""
        self.console.print()
        for change in fix.changes:
            proof = proof_text(change.verified, noun_of(self.report))
            self.row("Fix", f"Proven: {one_line(change.summary)}; {proof}.", lines=4)
            time = time_text(change.verified)
            if time is not None:
                self.row("Time", time)
        self.row("", "it is written" if fix.written else "the difference is in the HTML report")

    def findings_list(self, *, first: int) -> None:
        """Further findings, and what could not be settled, a line each."""
        rest = self.report.findings[first:]
        # What a target that failed leaves undecided is no news.
        open_ = {Verdict.ERROR} if self.report.failure else {Verdict.ERROR, Verdict.INCONCLUSIVE}
        rest += [outcome for outcome in self.report.outcomes if outcome.verdict in open_]
        if any(outcome.verdict is Verdict.INCONCLUSIVE for outcome in rest):
            # It names those that follow, which say more.
            rest = [outcome for outcome in rest if outcome.code != INCONCLUSIVE.code]
        if not rest:
            return
        self.console.print()
        for outcome in rest[:OTHERS]:
            if outcome.verdict is Verdict.INCONCLUSIVE:
                self.undecided(outcome)
            else:
                self.console.print(self.outcome_line(outcome), no_wrap=True, crop=False)
        if len(rest) > OTHERS:
            self.paragraph(f"and {len(rest) - OTHERS} more; -v shows them all")

    def undecided(self, outcome: Outcome) -> None:
        """What could not be settled, over some lines: the message ends with what would settle it."""
        words = f"{outcome.verdict.value} {outcome.code} {outcome.name}  {one_line(outcome.message)}"
        head, lines = len(outcome.verdict.value) + 1, wrapped(words, self.width - 4, UNDECIDED_LINES)
        self.line(("  ", ""), (lines[0][:head], "yellow"), (lines[0][head:], ""))
        for line in lines[1:]:
            self.line(("    ", ""), (line, ""))

    def outcome_line(self, outcome: Outcome) -> "Text":
        """An outcome in one line."""
        word = outcome.level.value if outcome.verdict is Verdict.FAIL else outcome.verdict.value
        place = f" ({outcome.location.place})" if outcome.location else ""
        line = text_of(
            (f"  {word} ", "yellow"),
            (f"{outcome.code} {outcome.name}", "bold"),
            (f"  {one_line(outcome.message)}{one_line(place)}", ""),
        )
        line.truncate(self.width, overflow="ellipsis")
        return line

    def notes(self) -> None:
        """The first notes."""
        if self.report.notes and not self._room.notes:
            self.paragraph("… -v shows the notes", style="dim")
            return
        for text in list(dict.fromkeys(self.report.notes))[:NOTE_LINES]:
            self.paragraph(f"Note: {one_line(text)}", style="dim", lines=2)

    def _name(self, room: int) -> str:
        spec = one_line(self.report.target.spec)
        short = one_line(self.report.target.qualname or short_name(spec))
        name = spec if len(spec) <= room else short
        return shorten_left(name, max(room, 12, min(LONGEST_NAME, self.width // 3)))


def figure_rows(report: Report) -> list[tuple[str, str]]:
    """The figures that a verdict rests on, each with its label."""
    rows: list[tuple[str, str | None]] = [("Retained", retained_per_item_text(report))]
    rows.append(("Accounted", accounting_text(report)))
    if any(outcome.unit == "bytes/batch" for outcome in report.findings) or report.verdict is RunVerdict.INCONCLUSIVE:
        rows.append(("Growth", growth_per_batch_text(report)))
    if retained_per_item_text(report):
        rows += [("Scaling", law_sentence(report)), ("Forecast", forecast_text(report))]
        rows.append(("Limit", limit_text(report)))
    elif report.summary.consequence:
        rows.append(("Means", sentence(report.summary.consequence)))
    return [(label, text) for label, text in rows if text]
