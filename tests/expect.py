"""Compare a report with what a sample says must be found.

A sample module carries ``EXPECT``, rule name to verdict, with the value, its unit and its tolerance where the size is
known; ``{}`` says that nothing may be found. The lines to blame carry the comment ``# finds: NAME`` (names with commas
between them); where several lines carry a name, each of them is right::

    EXPECT = {"eager-load": "fail 192 KiB/item ± 5 %"}

    def generator(paths):
        images = [load(path) for path in paths]  # finds: eager-load
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from genaudit.model import Level, Outcome, Report, RunVerdict, Verdict
from genaudit.units import BYTES_BY_UNIT

LINE = "line: "
"""How a disagreement about nothing but the line starts, so that accuracy of lines can be counted on its own."""

_EXPECTED = re.compile(
    r"(?P<verdict>[a-z-]+)"
    r"(?:\s+(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>[^±\d]*?)\s*±\s*(?P<tolerance>\d+(?:\.\d+)?)\s*%)?"
)
_MARKER = re.compile(r"#\s*finds:\s*(?P<names>[a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)\s*$")


class Expected(NamedTuple):
    """One entry of ``EXPECT``; ``value`` is in ``unit``, which is an outcome's unit or ``None`` for any."""

    verdict: Verdict
    value: float | None = None
    unit: str | None = None
    tolerance: float = 0.0


def parse_expected(text: str) -> Expected:
    """Read ``fail``, ``fail 192 KiB/item ± 5 %``, ``fail 6 x batch ± 10 %`` or ``fail 1 per batch ± 5 %``.

    Raises:
        ValueError: The whole text does not read as one of these.
    """
    match = _EXPECTED.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not an expectation: write 'fail', or 'fail 192 KiB/item ± 5 %'")
    verdict = Verdict(match["verdict"])
    if match["value"] is None:
        return Expected(verdict)
    number, unit, tolerance = float(match["value"]), match["unit"], float(match["tolerance"]) / 100
    size, slash, per = unit.partition("/")
    if size in BYTES_BY_UNIT:
        return Expected(verdict, number * BYTES_BY_UNIT[size], f"bytes/{per}" if slash else None, tolerance)
    return Expected(verdict, number, unit or None, tolerance)


def read_expect(source: str) -> dict[str, str]:
    """``EXPECT`` of a sample's source text, without importing the sample.

    Raises:
        LookupError: The module has none.
    """
    for statement in ast.parse(source).body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "EXPECT" for target in targets):
            expect: dict[str, str] = ast.literal_eval(statement.value)  # type: ignore[attr-defined]
            return expect
    raise LookupError("the sample has no EXPECT")


def marked_lines(source: str, name: str) -> set[int]:
    """Lines that may be blamed for ``name``: those marked, and the rest of a simple statement that a mark lies in."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = ((token.start[0], _MARKER.search(token.string)) for token in tokens if token.type == tokenize.COMMENT)
    marks = {line for line, match in comments if match and name in re.split(r"\s*,\s*", match["names"])}
    return marks.union(*(lines for lines in _simple_statements(source) if not marks.isdisjoint(lines)))


def check_report(report: Report, source_path: Path, expect: Mapping[str, str]) -> list[str]:
    """Everything in which a report disagrees with what its sample says.

    Args:
        report: The audit of the sample.
        source_path: The sample's file, where its lines are marked.
        expect: The sample's ``EXPECT``.

    Returns:
        One sentence for each disagreement, none if all is as expected. Sentences that start with ``LINE`` are about
        the line alone: the verdict and the value were right or are told in a sentence of their own.
    """
    wrong = check_outcomes(report.outcomes, source_path, expect)
    due = _due_verdict(report.outcomes, expect)
    if due is not None and report.verdict is not due:
        wrong.insert(0, f"verdict of the run: expected {due.value}, got {report.verdict.value}: {_headline(report)}")
    return wrong


def check_outcomes(outcomes: Iterable[Outcome], source_path: Path, expect: Mapping[str, str]) -> list[str]:
    """The same for outcomes alone, without the verdict of the whole run."""
    by_name: dict[str, Outcome] = {}
    for outcome in outcomes:
        if outcome.name not in by_name or outcome.is_finding:
            by_name[outcome.name] = outcome
    wrong = [
        f"{name}: not expected, but failed as {outcome.level.value}: {outcome.message}"
        for name, outcome in by_name.items()
        if outcome.is_finding and outcome.level is not Level.NOTE and name not in expect
    ]
    for name, text in expect.items():
        wrong += _compare(name, by_name.get(name), parse_expected(text), source_path)
    return wrong


def _compare(name: str, outcome: Outcome | None, expected: Expected, source_path: Path) -> list[str]:
    if outcome is None:
        return [f"{name}: expected {expected.verdict.value}, but the report has no such outcome"]
    if outcome.verdict is not expected.verdict:
        return [f"{name}: expected {expected.verdict.value}, got {outcome.verdict.value}: {outcome.message}"]
    wrong = _compare_value(name, outcome, expected)
    return wrong + _compare_line(name, outcome, source_path) if outcome.is_finding else wrong


def _compare_value(name: str, outcome: Outcome, expected: Expected) -> list[str]:
    if expected.value is None:
        return []
    if outcome.value is None:
        return [f"{name}: expected a value of {expected.value:g} {expected.unit or ''}, got none: {outcome.message}"]
    if expected.unit is not None and outcome.unit != expected.unit:
        return [f"{name}: expected a value in {expected.unit}, got {outcome.unit}"]
    if abs(outcome.value - expected.value) > expected.tolerance * expected.value:
        share = outcome.value / expected.value - 1 if expected.value else float("inf")
        return [
            f"{name}: expected {expected.value:g} {outcome.unit} ± {expected.tolerance:.0%}, "
            f"got {outcome.value:g} ({share:+.1%})"
        ]
    return []


def _compare_line(name: str, outcome: Outcome, source_path: Path) -> list[str]:
    source = source_path.read_text(encoding="utf-8")
    marked = marked_lines(source, name)
    if not marked:
        return []
    wanted = f"{source_path.name}:{','.join(map(str, sorted(marked)))}"
    location = outcome.location
    if location is None:
        return [f"{LINE}{name}: expected {wanted}, got no location"]
    if Path(location.path).resolve() != source_path.resolve() or location.line not in marked:
        return [f"{LINE}{name}: expected {wanted}, got {location.path}:{location.line}"]
    return []


def _due_verdict(outcomes: Iterable[Outcome], expect: Mapping[str, str]) -> RunVerdict | None:
    """What the run must say if all expected findings were made; ``None`` where ``expect`` does not settle it."""
    verdicts = {parse_expected(text).verdict for text in expect.values()}
    if verdicts & {Verdict.INCONCLUSIVE, Verdict.ERROR}:
        return None
    due = {name for name, text in expect.items() if parse_expected(text).verdict is Verdict.FAIL}
    levels = {outcome.level for outcome in outcomes if outcome.is_finding and outcome.name in due}
    if due and not levels:
        return None
    if Level.ERROR in levels:
        return RunVerdict.FAIL
    return RunVerdict.WARN if Level.WARNING in levels else RunVerdict.PASS


def _headline(report: Report) -> str:
    return report.summary.headline


def _simple_statements(source: str) -> list[range]:
    """Lines of every statement that holds no other."""
    return [
        range(node.lineno, (node.end_lineno or node.lineno) + 1)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.stmt) and not hasattr(node, "body")
    ]
