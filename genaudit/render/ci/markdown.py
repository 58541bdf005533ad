"""Reports as Markdown: for the summary of a CI job, a comment, a wiki."""

import html
import re
from collections.abc import Sequence

from genaudit.model import EvidenceKind, Level, Outcome, Report, RunVerdict, Verdict
from genaudit.model.advice import CHECK, LABEL, Advice, read_advice
from genaudit.render.ci.outcomes import bounded, outcomes_of, promise_of
from genaudit.render.safe import one_line, printable
from genaudit.render.text.fix import proof_text, time_text
from genaudit.render.text.holders import accounting_text, amount_text, path_text, place_of, shown_holders
from genaudit.render.text.report import evidence_text, not_tested
from genaudit.report.phrases import sentence

MOST_BYTES = 900_000
"""GitHub drops a step's whole summary above 1 MiB."""
_WORDS = {
    Verdict.PASS: "ok",
    Verdict.FAIL: "**fails**",
    Verdict.INCONCLUSIVE: "open",
    Verdict.NOT_APPLICABLE: "not measured",
    Verdict.ERROR: "**error**",
}
PARTLY = "⚠"
"""Before a verdict that does not cover everything: Markdown has no colours."""
_SPECIAL = re.compile(r"([\\`*_\[\]|~])")
_TAG = re.compile(r"<([A-Za-z/!?])")
_CUT = "\n_Cut here: the rest is in the reports._\n"


def render_markdown(*reports: Report, most_bytes: int = MOST_BYTES) -> bytes:
    """Verdicts, promises and findings of reports.

    Args:
        reports: One for each target.
        most_bytes: The size is kept below this: first the advice goes, then the tables of targets without findings.
    """
    shown = bounded(reports)
    for detail in (2, 1, 0):
        content = _document(shown, detail).encode("utf-8", "replace")
        if len(content) <= most_bytes:
            return content
    return content[: max(0, most_bytes - len(_CUT.encode()))].decode("utf-8", "ignore").encode() + _CUT.encode()


def _document(reports: Sequence[Report], detail: int) -> str:
    rows = [_overview(report) for report in reports]
    head = "## genaudit\n\n| target | verdict | what was found |\n| --- | --- | --- |\n" + "".join(rows)
    wanted = [report for report in reports if detail > 0 or report.exit_code != 0]
    return head + "".join(_details(report, advice=detail > 1) for report in wanted)


def _overview(report: Report) -> str:
    headline = cell(report.summary.headline)
    shown = f"**{report.label}**" if report.verdict in {RunVerdict.FAIL, RunVerdict.ERROR} else report.label
    shown = f"{PARTLY} {shown}" if report.is_partial else shown
    return f"| {cell(report.target.spec)} | {shown} | {headline} |\n"


def _details(report: Report, *, advice: bool) -> str:
    outcomes = outcomes_of(report)
    findings = [outcome for outcome in outcomes if outcome.is_finding]
    parts = [f"\n### {cell(report.target.spec)}\n"]
    if findings and report.summary.consequence:
        parts.append(f"\n{cell(sentence(report.summary.consequence))}\n")
    parts += [f"\n**{label}** {cell(path)}: {cell(said)}\n" for label, path, said in _held(report)]
    account = accounting_text(report)
    if account is not None and (findings or report.is_partial):
        parts.append(f"\nAt one size it {account}.\n")
    untested = not_tested(report)
    if untested is not None:
        parts.append(f"\nNot tested: {cell(untested)}\n")
    parts += [_finding(outcome, advice=advice) for outcome in findings]
    parts += _proven(report) if advice else []
    promised = [outcome for outcome in outcomes if outcome.is_promise]
    if promised:
        rows = "".join(
            f"| {cell(promise_of(outcome))} | {_WORDS[outcome.verdict]} | {cell(outcome.message)} |\n"
            for outcome in promised
        )
        parts.append(f"\n| promise | | measured |\n| --- | --- | --- |\n{rows}")
    parts += [f"\n> {cell(note)}\n" for note in report.notes]
    return "".join(parts)


def _held(report: Report) -> list[tuple[str, str, str]]:
    """Who keeps the memory: label, path, and how much with its line."""
    return [
        (
            label,
            path_text(holder, label=label),
            amount_text(holder, label) + (f", in {place_of(holder)}" if holder.location is not None else ""),
        )
        for label, holder in shown_holders(report)
    ]


def _finding(outcome: Outcome, *, advice: bool) -> str:
    place = outcome.location
    where = f" in {cell(place.place)}" if place else ""
    how = [evidence_text(outcome.evidence)] if outcome.evidence is EvidenceKind.ACCOUNTED else []
    told = ", ".join([*([] if outcome.level is Level.ERROR else [outcome.level.value]), *how])
    level = f" ({told})" if told else ""
    text = f"\n- **{outcome.code} {cell(outcome.name)}**{level}{where}: {cell(outcome.message)}\n"
    return text + _advice(read_advice(outcome.fix)) if advice and outcome.fix else text


def _proven(report: Report) -> list[str]:
    """The changes that are proven, and their difference."""
    fix = report.fix
    if fix is None or not fix.changes:
        return []
    proofs = [
        f"\n- {cell(change.code)}: {cell(change.summary)}. Proven: "
        f"{cell(proof_text(change.verified, report.target.item_noun))}."
        + (f" Time: {cell(time)}." if (time := time_text(change.verified)) else "")
        + "\n"
        for change in fix.changes
    ]
    return ["\n**Proven fix**\n", *proofs, *([_block(fix.diff, "diff")] if fix.diff else [])]


def _advice(advice: Advice) -> str:
    """What to do: words as they are, a sketch in a fence below its label, and the command that checks either."""
    several = "\n" in advice.words
    text = f"  {cell(sentence(advice.words))}\n" if advice.words and not several else ""
    if several:
        text += _block(advice.words, "text")
    if advice.code is not None:
        text += f"\n  {LABEL}:\n{_block(advice.code, 'python')}"
    if advice.check is not None:
        text += f"\n  {CHECK.strip()}\n{_block(advice.check, 'sh')}"
    return text


def _block(code: str, language: str) -> str:
    """Code in a fence that no code inside can close; nothing in it begins a tag, for readers who do not know fences."""
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    body = "\n".join(f"  {line}" for line in _TAG.sub(r"< \1", printable(code)).splitlines())
    return f"\n  {fence}{language}\n{body}\n  {fence}\n"


def cell(text: str) -> str:
    """A text in one line of a table, with everything that Markdown or HTML would take for its own made harmless."""
    return html.escape(_SPECIAL.sub(r"\\\1", one_line(printable(text), 1000)), quote=False)
