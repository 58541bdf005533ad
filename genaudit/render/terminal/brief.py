"""A report in a few lines: the verdict, what was found, and every promise; for logs of CI with many targets."""

from genaudit.model import Level, Outcome, Report, RunVerdict, Verdict
from genaudit.render.ci.outcomes import bounded, outcomes_of, promise_of
from genaudit.render.safe import one_line, place_text, printable, without_commands
from genaudit.render.text.holders import sentence_of, shown_holders
from genaudit.render.text.report import not_tested
from genaudit.report.phrases import sentence

_MARKS = {
    Verdict.PASS: ("ok", "32"),
    Verdict.FAIL: ("fails", "31"),
    Verdict.INCONCLUSIVE: ("open", "33"),
    Verdict.NOT_APPLICABLE: ("-", "2"),
    Verdict.ERROR: ("error", "31"),
}
NOTE = "note"
_COLOURS = {RunVerdict.PASS: "32", RunVerdict.WARN: "33", RunVerdict.INCONCLUSIVE: "33"}


def render_brief(report: Report, *, colour: bool = False, verbosity: int = 1) -> bytes:
    """The verdict and its reasons, a line each.

    Args:
        report: What an audit concluded, budgets judged.
        colour: Whether to use colours of the terminal.
        verbosity: 0 for the verdict alone, 1 with findings and promises, 2 with every rule.
    """
    (report,) = bounded([report])
    verdict = _painted(f"{report.label:<5}", _COLOURS.get(report.look, "31"), colour)
    lines = [f"{verdict} {_text(report.target.spec)}: {_text(report.summary.headline)}"]
    if verbosity > 0:
        lines += [_line(outcome, colour) for outcome in outcomes_of(report) if verbosity > 1 or _tells(outcome)]
        lines += _same_as_before(report, colour) if verbosity == 1 else []
        lines += _not_tested(report)
        lines += _story(report)
        lines += [f"  {NOTE:<7} {_text(note)}" for note in report.notes]
    else:
        lines += _not_tested(report)
    return without_commands("\n".join(lines) + "\n").encode("utf-8", "replace")


def _tells(outcome: Outcome) -> bool:
    if outcome.verdict in {Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE}:
        return True
    return outcome.is_promise and not (outcome.is_comparison and outcome.verdict is Verdict.PASS)


def _same_as_before(report: Report, colour: bool) -> list[str]:
    """One line for all figures that are as in the baseline."""
    same = [
        promise_of(outcome).partition(" ")[0]
        for outcome in report.outcomes
        if outcome.is_comparison and _passed(outcome)
    ]
    return [f"  {_mark(Verdict.PASS, colour)} as in the baseline: {', '.join(same)}"] if same else []


def _story(report: Report) -> list[str]:
    """What a fault leads to, and what to do; the lines above show where it is."""
    if not any(outcome.is_finding for outcome in report.outcomes):
        return []
    lines = (("so", report.summary.consequence), ("fix", report.summary.mend))
    held = [f"  {_text(sentence_of(label, holder))}" for label, holder in shown_holders(report)[:1]]
    return held + [f"  {label:<7} {_text(sentence(text))}" for label, text in lines if text]


def _not_tested(report: Report) -> list[str]:
    text = not_tested(report)
    return [f"  not tested: {_text(text)}"] if text is not None else []


def _passed(outcome: Outcome) -> bool:
    return outcome.verdict is Verdict.PASS


def _line(outcome: Outcome, colour: bool) -> str:
    place = f"{one_line(place_text(outcome.location.path))}:{outcome.location.position}: " if outcome.location else ""
    name = f"{outcome.code} " if outcome.is_finding else ""
    if outcome.is_finding and outcome.level is Level.NOTE:
        return f"  {_painted(f'{NOTE:<7}', '2', colour)} {name}{place}{_text(outcome.message)}"
    return f"  {_mark(outcome.verdict, colour)} {name}{place}{_text(outcome.message)}"


def _mark(verdict: Verdict, colour: bool) -> str:
    word, code = _MARKS[verdict]
    return _painted(f"{word:<7}", code, colour)


def _text(text: str) -> str:
    return one_line(printable(text))


def _painted(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
