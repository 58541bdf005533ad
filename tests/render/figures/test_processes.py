"""The processes of a run, drawn and told."""

from typing import Any

import msgspec
import pytest

from genaudit.model import Report, Verdict
from genaudit.model.recording import ProcessUse
from genaudit.model.series import ProcessPoint, ProcessSpan, ProcessTimeline
from genaudit.render.figures.interactive.processes import processes_chart
from genaudit.render.figures.processes import columns, looks
from genaudit.render.text.processes import duplication, table
from genaudit.units import MIB
from tests.build_report import clean, outcome, outcomes, workers


def with_children(report: Report, *, first: int) -> Report:
    """A run that counted children after its first batch, and none at its highest moment."""
    assert report.resources is not None
    children = msgspec.structs.replace(report.resources.children, first=first)
    return msgspec.structs.replace(report, resources=msgspec.structs.replace(report.resources, children=children))


def with_answer(verdict: Verdict) -> Report:
    return msgspec.structs.replace(workers(), outcomes=outcomes(outcome("GA501", verdict, message="…")))


@pytest.mark.parametrize(
    ("report", "part"),
    [
        (clean(), "Everything ran in one process: what workers would hold was not measured."),
        (
            msgspec.structs.replace(workers(), processes=workers().processes[:1]),
            "At the highest moment no child process was alive: what they held is in the table and the curve.",
        ),
        (
            with_children(clean(), first=2),
            "It had child processes, which had ended before all were read: other trials and the notes tell of them.",
        ),
        (
            workers(),
            "4 child processes hold 75.0 MiB each of their own, which no other process shares: the data set is",
        ),
        (with_answer(Verdict.PASS), "it does not grow with the data set, so they are no copies of it."),
        (
            with_answer(Verdict.NOT_APPLICABLE),
            "; only runs with data sets of several sizes show whether it is a copy of the data set.",
        ),
    ],
)
def test_duplication_in_one_sentence(report: Report, part: str) -> None:
    """Whether workers hold copies is said where it is known, and said to be open where it is not."""
    said = duplication(report)

    assert part in said
    assert said.count(". ") == 0


def test_one_child_is_no_plural() -> None:
    report = msgspec.structs.replace(with_answer(Verdict.PASS), processes=workers().processes[:2])

    assert duplication(report).startswith("1 child process holds 75.0 MiB of its own,")


def test_the_table_has_every_process() -> None:
    """Those of the timeline, and one that was there at the highest moment only."""
    late = ProcessUse(pid=999, name="late", pss_bytes=MIB, private_bytes=MIB)
    report = msgspec.structs.replace(workers(), processes=[*workers().processes, late])
    rows = table(report)

    assert [row.label for row in rows] == [
        "the target itself (100)",
        *(f"child {at} ({100 + at})" for at in range(1, 5)),
        "child 5 (999)",
    ]
    assert rows[1][2:] == ("320 ms to 1.22 s", "80.0 MiB", "80.0 MiB", "75.0 MiB", "20.7 %")
    assert rows[-1].seen == "–"


def many(n_processes: int, n_others: int = 0) -> ProcessTimeline:
    spans = [ProcessSpan(pid=at, name="p", first_s=0.0, last_s=1.0, peak_pss_bytes=MIB) for at in range(n_processes)]
    points = [ProcessPoint(at_s=1.0, pss_bytes=[MIB] * n_processes, other_bytes=5 * MIB if n_others else 0)]
    return ProcessTimeline(processes=spans, n_others=n_others, points=points)


def test_no_two_processes_look_alike() -> None:
    """Colours come round again with other hatching; what is only summed has a look of its own."""
    line = many(12, n_others=7)
    drawn = looks(line)

    assert len({(one.colour, one.hatch) for one in drawn}) == 13
    assert drawn[-1].label == "the others"
    assert columns(line)[-1] == [5 * MIB]


def sums(chart: Any) -> list[float]:
    edge = next(one for one in chart.renderers if one.name == "sum")
    return list(edge.data_source.data[edge.glyph.y])


def test_the_upper_edge_is_the_sum() -> None:
    """Bands lie on each other."""
    chart = processes_chart(workers())
    line = workers().process_timeline
    assert line is not None

    assert sums(chart) == pytest.approx([sum(one.pss_bytes) / MIB for one in line.points])
    assert sum(str(one.name).startswith("process-") for one in chart.renderers) == 5
    assert processes_chart(clean()) is None
