"""A list of findings as text, each with its lines of source, or as JSON."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from genaudit.model import Level, Location, Outcome
from genaudit.model.advice import read_advice
from genaudit.model.report import SourceExcerpt
from genaudit.render.safe import one_line, place_text, printable, without_commands

_COLOURS = {Level.ERROR: "31", Level.WARNING: "33", Level.NOTE: "36"}
LONGEST_EXCERPT = 6
CHECK_ANY = "whether a fix keeps the data: genaudit compare OLD NEW --check-batches"


def render_text(
    outcomes: Sequence[Outcome],
    *,
    excerpts: Mapping[Location, SourceExcerpt] | None = None,
    colour: bool = False,
    width: int = 100,
) -> bytes:
    """Findings one after the other, as compilers list them; a note takes one line.

    Args:
        outcomes: Findings, in the order to show.
        excerpts: Lines of source by the place of the finding.
        colour: Whether to use colours of the terminal.
        width: Columns of the terminal.
    """
    blocks = [_block(outcome, excerpts or {}, colour, width) for outcome in outcomes]
    if any(outcome.fix and read_advice(outcome.fix).check and outcome.level is not Level.NOTE for outcome in outcomes):
        blocks.append(f"{CHECK_ANY}\n\n")
    return without_commands("".join(blocks)).encode("utf-8", "replace")


def render_concise(outcomes: Sequence[Outcome]) -> bytes:
    """Findings in one line each, as editors and ``grep`` read them: ``path:line:column: CODE message``."""
    lines = [
        f"{_place(outcome.location)}: {outcome.code} {one_line(printable(outcome.message))}\n" for outcome in outcomes
    ]
    return without_commands("".join(lines)).encode("utf-8", "replace")


def render_statistics(outcomes: Sequence[Outcome]) -> bytes:
    """How many findings each rule has, the most frequent first."""
    counts = Counter((outcome.code, outcome.name, outcome.level.value) for outcome in outcomes)
    rows = [f"{count:6}  {code}  {level:<7}  {name}" for (code, name, level), count in counts.most_common()]
    return ("\n".join(rows) + "\n").encode() if rows else b""


def render_json(
    outcomes: Sequence[Outcome], *, version: str, diagnostics: Sequence[object], counts: Mapping[str, int]
) -> bytes:
    """Findings, what could not be audited, and how much was, as one JSON object."""
    body = {
        "schema_version": "1.0",
        "genaudit_version": version,
        "outcomes": msgspec.to_builtins(list(outcomes)),
        "diagnostics": msgspec.to_builtins(list(diagnostics)),
        **counts,
    }
    return json.dumps(body, indent=2, ensure_ascii=True).encode() + b"\n"


def _place(location: Location | None) -> str:
    return f"{place_text(location.path)}:{location.position}" if location else "(no place)"


def _block(outcome: Outcome, excerpts: Mapping[Location, SourceExcerpt], colour: bool, width: int) -> str:
    location = outcome.location
    level = _painted(outcome.level.value, _COLOURS[outcome.level], colour)
    head = f"{_place(location)}: {level} {_painted(f'{outcome.code} {outcome.name}', '1', colour)}: "
    lines = [head + one_line(printable(outcome.message))]
    if location is None or outcome.level is Level.NOTE:
        return "\n".join(lines) + "\n"
    excerpt = excerpts.get(location)
    if excerpt is not None:
        lines += _numbered(excerpt, location.line, location.end_line or location.line, width, colour)
    advice = read_advice(outcome.fix)
    if advice.words or advice.code:
        lines.append(f"      fix: {one_line(printable(advice.words or advice.code or ''))}")
    return "\n".join(lines) + "\n\n"


def _numbered(excerpt: SourceExcerpt, first: int, last: int, width: int, colour: bool) -> list[str]:
    rows = []
    for offset, line in enumerate(excerpt.lines[:LONGEST_EXCERPT]):
        number = excerpt.first_line + offset
        marked = first <= number <= last
        text = printable(line.expandtabs(4).rstrip("\n"))[: max(20, width - 10)]
        row = f"{'>' if marked else ' '} {number:5} | {text}".rstrip()
        rows.append(_painted(row, "1", colour and marked))
    return rows


def _painted(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
