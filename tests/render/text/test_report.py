"""The sentences that every renderer shows, of the parts of a report."""

import pytest
from msgspec.structs import replace

from genaudit.model.outcome import Location
from genaudit.model.report import SourceExcerpt
from genaudit.render.text.report import blamed_line, last_frames, no_law_reason, pass_figures
from genaudit.render.text.tables import batch_rows
from genaudit.units import MIB
from tests.build_report import clean, crash, eager

HEAD = "Traceback (most recent call last):"


def stack(*frames: str) -> str:
    """A traceback through these lines, ``path:line``."""
    lines = [f'  File "{path}", line {line}, in f' for path, _, line in (frame.partition(":") for frame in frames)]
    return "\n".join([HEAD, *lines, "KeyError: 'x'"])


IN_WORKER = f'RemoteTraceback:\n"""\n{stack("/lib/pool.py:125", "/project/shop/data.py:44")}\n"""\n\n'
IN_PARENT = stack("/project/shop/data.py:50", "/lib/pool.py:873", "/lib/base.py:401")


@pytest.mark.parametrize(
    ("traceback", "line", "frames"),
    [
        (IN_WORKER + IN_PARENT, 44, ["/lib/pool.py:125 in f", "shop/data.py:44 in f"]),
        (IN_PARENT, 50, ["shop/data.py:50 in f", "/lib/pool.py:873 in f", "/lib/base.py:401 in f"]),
        (
            stack("/project/shop/data.py:50", "/lib/a.py:1", "/lib/a.py:2", "/lib/a.py:3", "/lib/a.py:4"),
            50,
            ["shop/data.py:50 in f", "/lib/a.py:3 in f", "/lib/a.py:4 in f"],
        ),
        (IN_WORKER + stack("/project/shop/data.py:50"), 50, []),
        (IN_PARENT, None, ["/project/shop/data.py:50 in f", "/lib/pool.py:873 in f", "/lib/base.py:401 in f"]),
        ("KeyError: 'x'", 50, []),
    ],
    ids=["of a worker", "in a library", "deep in one", "of one frame", "of no line", "no stack"],
)
def test_the_frames_are_those_of_the_line_that_is_named(traceback: str, line: int | None, frames: list[str]) -> None:
    """A worker's stack stands before that of who waited for it."""
    report = crash()
    assert report.failure is not None
    place = None if line is None else Location(path="shop/data.py", line=line)

    assert last_frames(replace(report, failure=replace(report.failure, traceback=traceback, location=place))) == frames


def test_what_was_made_before_the_call_is_part_of_what_is_held() -> None:
    """One number where there is room for one; both where a figure is told at length."""
    report = clean()
    assert report.batches is not None
    beside = replace(report, batches=replace(report.batches, held_before_bytes=44 * MIB))

    assert pass_figures(report)[-1] == "512 KiB after batch 1"
    assert pass_figures(beside)[-1] == "44.5 MiB after batch 1"
    assert dict(batch_rows(beside))["Held after batch 1"] == "512 KiB, and 44.0 MiB made before the call"


def test_why_there_is_no_law_names_what_the_target_takes() -> None:
    """A script has no arguments of a function; it has options of its own."""
    report = replace(clean(), growth_law=None, target=replace(clean().target, dataset_parameter=None, items=None))
    of_a_script = replace(report, target=replace(report.target, source="train, handed to Model.fit at train.py:9"))

    assert "--args-from" in no_law_reason(report)
    assert "-- --limit {n}" in no_law_reason(of_a_script)
    assert "--args-from" not in no_law_reason(of_a_script)


@pytest.mark.parametrize(
    ("function", "named"),
    [pytest.param(None, "code cell 2", id="the cell"), pytest.param("read", "read (code cell 2)", id="a function")],
)
def test_a_line_of_a_notebook_is_named_with_its_cell(function: str | None, named: str) -> None:
    """Lines are counted through all cells: the number alone is found in none of them."""
    excerpt = SourceExcerpt(path="train.ipynb", first_line=6, lines=["a = 1", "b = 2"], function="code cell 2")
    place = Location(path="train.ipynb", line=7, function=function)
    report = eager()
    found = [replace(each, location=place) if each.location is not None else each for each in report.outcomes]
    blame = blamed_line(replace(report, outcomes=found, sources=[excerpt]))

    assert blame is not None
    assert (blame.place, blame.function, blame.source) == ("train.ipynb:7", named, "b = 2")
