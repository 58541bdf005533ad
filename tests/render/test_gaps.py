"""A report may lack anything that was not measured; every renderer still says what is there."""

from typing import Any

import msgspec
import pytest

from genaudit.model import Interval, Report
from genaudit.model.report import GrowthLaw, MachineMemory, Phase
from genaudit.model.series import Timeline, TimePoint
from genaudit.render import RENDERERS, render
from genaudit.render.figures.interactive.report import charts
from genaudit.render.terminal.report import Verbosity
from tests.build_report import clean, eager, leak

# Each draws every format.
pytestmark = pytest.mark.slow

EMPTY: dict[str, Any] = {
    "outcomes": [],
    "growth_law": None,
    "phases": [],
    "batches": None,
    "resources": None,
    "sites": [],
    "untraced_bytes": None,
    "trials": [],
    "surface": [],
    "timeline": None,
    "processes": [],
    "sources": [],
    "rules": [],
    "command": [],
    "holders": [],
    "retention": [],
}


def render_all(report: Report) -> None:
    for format_name in RENDERERS:
        if format_name != "html":
            assert isinstance(render(report, format_name), bytes)
    assert render(report, "text", verbosity=Verbosity.VERBOSE)
    assert render(report, "html", interactive=False)
    charts(report)


@pytest.mark.parametrize("field", EMPTY)
def test_one_field_is_missing(field: str) -> None:
    """Each part may be absent by itself."""
    render_all(msgspec.structs.replace(leak() if field != "growth_law" else eager(), **{field: EMPTY[field]}))


def test_everything_is_missing() -> None:
    """A report of nothing at all is still a report."""
    render_all(msgspec.structs.replace(clean(), **EMPTY))


@pytest.mark.parametrize("base", [clean, eager, leak])
def test_parts_of_batches_are_missing(base: Any) -> None:
    """What a batch is made of may not be known."""
    report = base()
    unknown = dict.fromkeys(
        (
            "bytes_median",
            "items_median",
            "seconds_median",
            "items_per_second",
            "first_batch_seconds",
            "retained_first_bytes",
            "growth_bytes_per_batch",
            "growth_bytes_per_epoch",
            "spike_ratio_max",
            "spike_batch",
        )
    )

    render_all(msgspec.structs.replace(report, batches=msgspec.structs.replace(report.batches, **unknown)))


ONE_SAMPLE = TimePoint(at_s=0.0, rss_bytes=1, held_bytes=0, pss_bytes=None)
LINE = eager().timeline
assert LINE is not None
STRANGE_LINES = {
    "nothing in it": Timeline(samples=[], batches=[], epoch_ends_s=[], end_s=0.0),
    "one sample": Timeline(samples=[ONE_SAMPLE], batches=[], epoch_ends_s=[], end_s=0.0),
    "one batch": msgspec.structs.replace(LINE, samples=[], batches=LINE.batches[:1]),
    "samples only": msgspec.structs.replace(LINE, batches=[]),
    "no time passes": msgspec.structs.replace(
        LINE,
        samples=[],
        batches=[msgspec.structs.replace(one, at_s=0.0, seconds=0.0) for one in LINE.batches],
        epoch_ends_s=[0.0],
        end_s=0.0,
    ),
}


@pytest.mark.parametrize("name", STRANGE_LINES)
def test_strange_timelines(name: str) -> None:
    """Few readings, or none, or all at one time."""
    phase = Phase(name="import", start_s=0.0, seconds=0.0, rss_bytes=1, anon_bytes=1, high_water_bytes=1)

    render_all(msgspec.structs.replace(eager(), timeline=STRANGE_LINES[name], phases=[phase]))


def law(**changes: Any) -> GrowthLaw:
    known = eager().growth_law
    assert known is not None
    return msgspec.structs.replace(known, **changes)


STRANGE_LAWS = {
    "superlinear": law(law="superlinear", exponent=1.7),
    "without a forecast": law(projection=None),
    "one size": law(sizes=[5], retained_bytes=[10], high_water_bytes=[20], law="superlinear", exponent=2.0),
    "no size": law(sizes=[], retained_bytes=[], high_water_bytes=[]),
    "shrinking": law(bytes_per_item=Interval(value=-5.0, low=-9.0, high=-1.0), retained_bytes=[4, 3, 2, 1]),
    "nothing held": law(retained_bytes=[0, 0, 0, 0], high_water_bytes=[0, 0, 0, 0], law="constant"),
}


@pytest.mark.parametrize("name", STRANGE_LAWS)
def test_strange_laws(name: str) -> None:
    """Laws that bend, shrink, or rest on next to nothing."""
    render_all(msgspec.structs.replace(eager(), growth_law=STRANGE_LAWS[name]))


def test_no_limit_is_known() -> None:
    """A machine of no bytes divides nothing by zero."""
    render_all(msgspec.structs.replace(eager(), machine=MachineMemory(bytes=0, source="", trial_limit_bytes=0)))
