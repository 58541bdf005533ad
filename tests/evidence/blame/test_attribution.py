"""Which tracer's line is named, where no path of references tells."""

import pytest

from genaudit.evidence.blame.attribution import blame_batches
from genaudit.model.marks import Frame, Site, SitesMark
from genaudit.units import KIB
from tests import build as made

DATA = "/project/data.py"
BATCHES = 16
BATCH, LEAK = 190 * KIB, 128 * KIB
MAKES, LETS_GO, LEAKS = 30, 29, 21


def sites(engine: str, at: str, by_line: dict[int, int]) -> SitesMark:
    """A snapshot of one tracer."""
    found = [Site(frames=[Frame(path=DATA, line=line)], bytes=held, blocks=1) for line, held in by_line.items()]
    batch = BATCHES if at == "end" else 1
    return SitesMark(
        at_s=0.0, engine=engine, at=at, batch=batch, traced_bytes=0, peak_bytes=0, tracer_bytes=0, sites=found
    )


@pytest.mark.parametrize(
    ("python_keeps", "line"),
    [
        pytest.param(0, LEAKS, id="what one line makes another lets go"),
        pytest.param(BATCH * (BATCHES - 1), MAKES, id="what it makes is kept"),
    ],
)
def test_a_line_that_makes_the_batch_does_not_keep_it(python_keeps: int, line: int) -> None:
    """The process's memory rises in one line and falls in another; Python's own tracer tells that nothing stays."""
    python = [
        sites("tracemalloc", "first", {MAKES: BATCH}),
        sites("tracemalloc", "end", {MAKES: BATCH + python_keeps}),
    ]
    by_memory = [
        sites("lines", "first", {}),
        sites("lines", "end", {MAKES: BATCHES * LEAK, LETS_GO: -BATCHES * LEAK, LEAKS: BATCHES * LEAK // 2}),
    ]
    trials = [
        made.trial(64, lambda batch, epoch: float(batch * LEAK), kind=kind, batches=BATCHES, sites=marks)
        for kind, marks in (("clean", []), ("traced", python), ("lines", by_memory))
    ]

    blame = blame_batches(made.evidence(*trials), float(LEAK))

    assert blame is not None
    assert blame.line == line
