"""The code that a report shows: the functions that are to blame as a whole, and the target's own."""

import itertools
from collections.abc import Iterator

from genaudit.evidence.evidence import Evidence
from genaudit.evidence.project import Definition, definitions
from genaudit.files import shown_path
from genaudit.model.outcome import Outcome
from genaudit.model.report import CELL, Failure, SiteRow, SourceExcerpt
from genaudit.sourcetext import lines_of

AROUND = 8
"""Lines above and below a place that is in no function, or in one that is too long."""
LONGEST_FUNCTION = 90
MOST_LINES = 400
"""Of all excerpts together; what is to blame comes first."""
SITES = 3
"""Functions of so many of the largest allocation sites are shown, too."""


def excerpts(
    evidence: Evidence, outcomes: list[Outcome], failed: Failure | None, sites: list[SiteRow]
) -> list[SourceExcerpt]:
    """Excerpts by file and line: what is to blame, then what holds most, then the target itself, as far as they fit."""
    directory = evidence.recording.working_directory
    texts = {shown_path(path, directory): text for path, text in evidence.recording.sources.items()}
    cells = {shown_path(path, directory): firsts for path, firsts in evidence.recording.cells.items()}
    blocks = {path: [*definitions(text), *_cells(cells.get(path, []))] for path, text in texts.items()}
    wanted: dict[str, set[tuple[int, int]]] = {}
    room = MOST_LINES
    for path, line in dict.fromkeys(_places(evidence, outcomes, failed, sites)):
        n_lines = len(lines_of(texts[path])) if path in texts else 0
        if line > n_lines:
            # The file was not kept, or has changed since the line was recorded.
            continue
        first, last = _around(line, blocks[path], n_lines)
        spans = wanted.setdefault(path, set())
        if any(start <= first and last <= end for start, end in spans):
            continue
        room -= last - first + 1
        if room < 0:
            break
        spans.add((first, last))
    return [excerpt for path, spans in wanted.items() for excerpt in _cut(path, texts[path], spans, blocks[path])]


def _cells(firsts: list[int]) -> list[Definition]:
    """The code cells of a notebook, which are shown as functions are."""
    pairs = enumerate(itertools.pairwise(firsts), 1)
    return [
        Definition(first=first, line=first, last=after - 1, name=f"{CELL}{number}") for number, (first, after) in pairs
    ]


def _places(
    evidence: Evidence, outcomes: list[Outcome], failed: Failure | None, sites: list[SiteRow]
) -> Iterator[tuple[str, int]]:
    """Paths as shown, and lines; what matters most first."""
    for outcome in sorted(outcomes, key=lambda outcome: not outcome.is_finding):
        if outcome.location is not None:
            yield outcome.location.path, outcome.location.line
    if failed is not None and failed.location is not None:
        yield failed.location.path, failed.location.line
    for site in [site for site in sites if site.in_project][:SITES]:
        yield site.path, site.line
    mark = evidence.arguments
    if mark is not None and mark.path and mark.line:
        yield shown_path(mark.path, evidence.recording.working_directory), mark.line


def _around(line: int, blocks: list[Definition], n_lines: int) -> tuple[int, int]:
    """The largest function or class around a line that is not too long; else some lines above and below."""
    fitting = [
        block for block in blocks if block.first <= line <= block.last and block.last - block.first < LONGEST_FUNCTION
    ]
    if not fitting:
        return max(1, line - AROUND), min(n_lines, line + AROUND)
    largest = max(fitting, key=lambda block: block.last - block.first)
    return largest.first, min(largest.last, n_lines)


def _cut(path: str, text: str, spans: set[tuple[int, int]], blocks: list[Definition]) -> Iterator[SourceExcerpt]:
    """The excerpts of a file; those that touch are one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        # Of two cells each has its name.
        if joined and first <= joined[-1][1] + (not path.endswith(".ipynb")):
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    lines = lines_of(text)
    names = {(block.first, block.last): block.name for block in blocks}
    for first, last in joined:
        yield SourceExcerpt(
            path=path, first_line=first, lines=lines[first - 1 : last], function=names.get((first, last))
        )
