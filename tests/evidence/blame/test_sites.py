"""The line that is blamed, from snapshots as tracers leave them."""

import msgspec
import pytest

from genaudit.evidence.blame.sites import (
    Blame,
    blame_growth,
    blame_held,
    blame_peak,
    blame_rise,
    by_own_line,
    peak_of_one_item,
    snapshot,
)
from genaudit.evidence.project import Project
from genaudit.model.marks import Frame, Site, SitesMark
from genaudit.units import KIB, MIB
from tests import build as made

DATA = "/project/data.py"
HELPERS = "/project/helpers.py"
LIBRARY = "/project/venv/lib/site-packages/numpy/core.py"
SOURCE = """class Loader:
    def __iter__(self):
        for path in self.paths:
            yield load(path)
"""


def project() -> Project:
    """The project of a target in ``/project``, with the text of its file."""
    recording = made.recording(made.trial(16, lambda batch, epoch: 0))
    return Project(msgspec.structs.replace(recording, sources={DATA: SOURCE}))


def site(n_bytes: int, *places: tuple[str, int], blocks: int = 1, **heights: int) -> Site:
    """Memory with its stack, innermost frame first."""
    frames = [Frame(path=path, line=line, function="run") for path, line in places]
    return Site(frames=frames, bytes=n_bytes, blocks=blocks, **heights)


def sites(*sites: Site, at: str = "end", batch: int = 8) -> SitesMark:
    """A snapshot."""
    return SitesMark(
        at_s=0.0,
        engine="tracemalloc",
        at=at,
        batch=batch,
        traced_bytes=0,
        peak_bytes=0,
        tracer_bytes=0,
        sites=list(sites),
    )


def place(blame: Blame | None) -> tuple[str, int] | None:
    """Path and line that are blamed."""
    return None if blame is None else (blame.path, blame.line)


def test_memory_of_a_library_counts_for_the_line_that_called_it() -> None:
    """The deepest frame of the user's own is the one; what no own line is behind is left out."""
    mark = sites(
        site(3 * MIB, (LIBRARY, 9), (DATA, 4), (DATA, 1)),
        site(1 * MIB, (DATA, 4), blocks=2),
        site(9 * MIB, (LIBRARY, 9)),
    )

    assert by_own_line(project(), mark) == {(DATA, 4): (4 * MIB, 3)}


def test_the_line_that_explains_best_is_blamed() -> None:
    """Not the one that holds most: the batch itself may be larger than what is kept."""
    mark = sites(site(40 * MIB, (DATA, 3)), site(9 * MIB, (DATA, 4)), site(1 * KIB, (HELPERS, 2)))

    blame = blame_held(project(), mark, 10.0 * MIB)

    assert place(blame) == (DATA, 4)
    assert blame is not None
    assert blame.share == pytest.approx(0.9)
    assert blame.function == "Loader.__iter__"


def test_without_an_expectation_the_largest_is_blamed() -> None:
    """Where nothing was expected, nothing explains better than another."""
    mark = sites(site(40 * MIB, (DATA, 3)), site(9 * MIB, (DATA, 4)))

    assert place(blame_held(project(), mark, 0.0)) == (DATA, 3)


@pytest.mark.parametrize(
    "mark",
    [
        pytest.param(sites(), id="no memory"),
        pytest.param(sites(site(9 * MIB, (LIBRARY, 1))), id="all of it a library's own"),
        pytest.param(sites(site(2 * MIB, (DATA, 4))), id="too little to explain it"),
    ],
)
def test_nobody_is_blamed_without_reason(mark: SitesMark) -> None:
    """A line that explains less than 30 % of what is expected is not named."""
    assert blame_held(project(), mark, 10.0 * MIB) is None


def test_growth_is_what_came_between_two_snapshots() -> None:
    """A line that holds much from the start on has no part in it."""
    first = sites(site(50 * MIB, (DATA, 3)), site(1 * MIB, (DATA, 4)), at="first", batch=1)
    last = sites(site(50 * MIB, (DATA, 3)), site(9 * MIB, (DATA, 4)))

    blame = blame_growth(project(), first, last, 8.0 * MIB)

    assert place(blame) == (DATA, 4)
    assert blame is not None
    assert blame.n_bytes == 8 * MIB
    assert blame.share == 1.0


@pytest.mark.parametrize(
    ("peak", "runs", "let_go", "line"),
    [
        pytest.param(127 * KIB, 8, set(), 4, id="as much as stays of a batch"),
        pytest.param(127 * KIB, 800, set(), None, id="for each item"),
        pytest.param(127 * KIB, 8, {(DATA, 4)}, None, id="let go elsewhere"),
        pytest.param(300 * KIB, 8, set(), None, id="far more"),
    ],
)
def test_a_rise_in_one_run_is_what_stays_of_a_batch(
    peak: int, runs: int, let_go: set[tuple[str, int]], line: int | None
) -> None:
    """Free blocks of the heap hide the others; a line is named only where the size fits."""
    mark = sites(
        site(0, (DATA, 4), blocks=runs, peak_bytes=peak, height_bytes=peak),
        site(0, (DATA, 3), blocks=8, peak_bytes=8 * KIB, height_bytes=0),
        site(0, (LIBRARY, 1), blocks=8, peak_bytes=128 * KIB, height_bytes=0),
    )

    assert place(blame_rise(project(), mark, 128.0 * KIB, let_go)) == (line and (DATA, line))


def test_what_shrank_is_not_blamed() -> None:
    """Memory that was let go explains no growth."""
    first, last = sites(site(9 * MIB, (DATA, 4))), sites(site(1 * MIB, (DATA, 4)))

    assert blame_growth(project(), first, last, 0.0) is None


def test_of_lines_near_the_peak_the_one_that_added_most() -> None:
    """A line far below the highest moment is not it, whatever it added."""
    mark = sites(
        site(0, (DATA, 3), height_bytes=100 * MIB, peak_bytes=5 * MIB),
        site(0, (DATA, 4), height_bytes=90 * MIB, peak_bytes=60 * MIB),
        site(0, (HELPERS, 2), height_bytes=40 * MIB, peak_bytes=80 * MIB),
        site(0, (LIBRARY, 2), height_bytes=100 * MIB, peak_bytes=80 * MIB),
    )

    blame = blame_peak(project(), mark, 80.0 * MIB)

    assert place(blame) == (DATA, 4)
    assert blame is not None
    assert (blame.n_bytes, blame.share) == (60 * MIB, 0.75)


@pytest.mark.parametrize(
    "mark",
    [
        pytest.param(sites(site(1 * MIB, (DATA, 4))), id="no heights"),
        pytest.param(sites(site(0, (DATA, 4), height_bytes=90 * MIB, peak_bytes=1 * MIB)), id="added too little"),
    ],
)
def test_no_line_of_a_peak(mark: SitesMark) -> None:
    """Where no line explains a rise, none is named."""
    assert blame_peak(project(), mark, 80.0 * MIB) is None


def test_the_peak_of_one_item() -> None:
    """Only a line that runs for every item says what one item takes."""
    mark = sites(
        site(0, (DATA, 4), blocks=64, peak_bytes=5 * MIB),
        site(0, (DATA, 3), blocks=8, peak_bytes=50 * MIB),
        site(0, (LIBRARY, 3), blocks=64, peak_bytes=50 * MIB),
    )

    assert peak_of_one_item(project(), mark, n_batches=8, n_items=8) == 5 * MIB
    assert peak_of_one_item(project(), mark, n_batches=8, n_items=1) == 0


def test_the_last_snapshot_of_a_moment() -> None:
    """Of several at the same moment, the last."""
    marks = [sites(at="first", batch=1), sites(batch=4), sites(batch=8)]
    trial = made.trial(16, lambda batch, epoch: 0, sites=marks)

    assert snapshot(trial, "end") is marks[2]
    assert snapshot(trial, "peak") is None
