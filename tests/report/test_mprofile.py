"""Files of memory-profiler, read as reports."""

from pathlib import Path

import pytest

import genaudit
from genaudit.errors import RecordingError
from genaudit.model.outcome import RunVerdict, Verdict
from genaudit.render import RENDERERS, render
from genaudit.report.mprofile import is_mprofile, report_of_mprofile
from genaudit.units import MIB
from tests.build_report import STANDARD, clean

PROFILE = b"""CMDLINE python train.py --epochs 2
MEM 10.000000 1000.0000
FUNC load 9.5 999.5 30.25 1001.5
MEM 20.500000 1001.0000
CHLD 1 5.000000 1001.0010
CHLD 2 6.000000 1001.0020
MEM 15.000000 1002.0000
"""


def test_readings_functions_children_and_the_command_are_told() -> None:
    """Memory in bytes, times from the first reading on."""
    report = report_of_mprofile(PROFILE, name="mprofile.dat")

    assert report.timeline is not None
    assert report.process_timeline is not None
    assert [(point.at_s, point.rss_bytes / MIB) for point in report.timeline.samples] == [
        (0.0, 10.0),
        (1.0, 20.5),
        (1.5, 30.25),
        (2.0, 15.0),
    ]
    assert [(phase.name, phase.start_s, phase.rss_bytes / MIB) for phase in report.phases] == [("load", 0.0, 30.25)]
    assert [(span.name, span.peak_pss_bytes / MIB) for span in report.process_timeline.processes[1:]] == [
        ("child 2", 6.0),
        ("child 1", 5.0),
    ]
    assert report.command == ["python", "train.py", "--epochs", "2"]
    assert report.target.spec == "train.py"
    assert report.created_at == "1970-01-01T00:16:40+00:00"


def test_there_is_no_verdict_without_batches() -> None:
    """A pass would be a lie; the report says what to run."""
    report = report_of_mprofile(PROFILE, name="mprofile.dat")

    assert report.verdict is RunVerdict.INCONCLUSIVE
    assert report.exit_code == 0
    assert Verdict.PASS not in {outcome.verdict for outcome in report.outcomes}
    assert not report.peak.exact
    assert "20.5 MiB after 1.0 s" in str(report.summary.cause)
    assert "genaudit run" in str(report.summary.mend)


@pytest.mark.parametrize("form", RENDERERS)
def test_every_renderer_draws_it(form: str) -> None:
    """It lacks nothing that a renderer needs."""
    text = render(report_of_mprofile(PROFILE, name="mprofile.dat"), form)

    assert b"limit 0 B" not in text
    assert text or form == "github"


@pytest.mark.parametrize("name", STANDARD)
def test_what_is_written_is_read(name: str) -> None:
    """``--output mprof=`` and back: the same readings and phases, as exact as the file is."""
    report = STANDARD[name]()
    if report.timeline is None or not report.timeline.samples:
        pytest.skip("without samples there is nothing to write")

    read = report_of_mprofile(render(report, "mprof"), name="run.dat")

    assert read.timeline is not None
    was = [point.rss_bytes / MIB for point in report.timeline.samples]
    now = [point.rss_bytes / MIB for point in read.timeline.samples]
    assert max(now) == pytest.approx(max([*was, *(phase.rss_bytes / MIB for phase in report.phases)]), abs=1e-3)
    assert min(was) in [pytest.approx(value, abs=1e-3) for value in now]
    assert [phase.name for phase in read.phases] == [phase.name.replace(" ", "-") for phase in report.phases]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"CMDLINE python a.py\n", "no reading of memory", id="no readings"),
        pytest.param(b"CMDLINE x\nMEM 1.0\n", ":2: ", id="a line cut off"),
        pytest.param(b"MEM one 1.0\n", ":1: ", id="no number"),
        pytest.param(b"MEM nan 1.0\n", ":1: ", id="not a number"),
        pytest.param(b"MEM -1 1.0\n", ":1: ", id="less than nothing"),
        pytest.param(b"MEM 1e300 1.0\n", ":1: ", id="more than any machine"),
        pytest.param(b"MEM 1 inf\n", ":1: ", id="no time"),
        pytest.param(b"FUNC load 1 2\nMEM 1 1\n", ":1: ", id="a function without its end"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(content: bytes, says: str) -> None:
    """The line, and how such a file is made."""
    with pytest.raises(RecordingError) as caught:
        report_of_mprofile(content, name="mprofile.dat")

    assert says in caught.value.message
    assert "mprofile.dat" in caught.value.message
    assert "mprof run" in str(caught.value.hint)


def test_it_is_told_by_its_content() -> None:
    """Whatever it is called; JSON is none."""
    assert is_mprofile(PROFILE)
    assert is_mprofile(b"MEM 1 1\n")
    assert not is_mprofile(b'{"MEM ": 1}')
    assert not is_mprofile(b"")


def test_load_reads_it(tmp_path: Path) -> None:
    """As it reads recordings and reports."""
    path = tmp_path / "mprofile_20260101.dat"
    path.write_bytes(PROFILE)

    assert genaudit.load(path).verdict is RunVerdict.INCONCLUSIVE
    assert clean().verdict is RunVerdict.PASS
