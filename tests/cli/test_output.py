"""Where results go: files, whole or not at all; standard output, one form at a time."""

import io
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest
from click.testing import CliRunner

from genaudit.cli.support import output
from genaudit.cli.support.options import Seconds, interrupt_on_terminate
from genaudit.cli.support.output import Delivery, check_writable, deliver, folder_name, parse_output
from genaudit.errors import UsageError
from genaudit.model import Report
from genaudit.model.recording import Environment, MemoryLimit, Recording, Request
from genaudit.writing import write_whole
from tests import build_report
from tests.real_run import BRIEF, Scratch

RECORDING = Recording(
    genaudit_version="0",
    created_at="2026-01-01T00:00:00+00:00",
    request=Request(target="data:batches"),
    environment=Environment(python="3", implementation="", platform="", kernel="", allocator="", cpus=1),
    limit=MemoryLimit(bytes=1, source="machine", trial_bytes=1),
    working_directory="/",
)


def targeted(spec: str) -> Report:
    """A report of a target of this name."""
    report = build_report.clean()
    return msgspec.structs.replace(report, target=msgspec.structs.replace(report.target, spec=spec))


def test_format_and_path_are_told_apart_at_the_first_equals_sign() -> None:
    """A path may have another."""
    assert parse_output("html=a=b.html", ["html"]) == ("html", Path("a=b.html"))


@pytest.mark.parametrize("out", ["reports", "new/below/new", "."])
def test_looking_whether_results_can_be_written_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    """A run that is refused leaves no empty folder behind."""
    monkeypatch.chdir(tmp_path)

    check_writable(Delivery(out=Path(out), outputs=[("html", Path("pages/a.html"))]))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("out", ["file", "file/below", "file/far/below"])
def test_a_file_in_the_way_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str) -> None:
    """Before anything is measured."""
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("")

    with pytest.raises(UsageError, match="file is not a folder"):
        check_writable(Delivery(out=Path(out)))


def test_a_working_directory_that_is_gone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no folder above it to look at."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "here").rmdir()

    with pytest.raises(UsageError, match="cannot be written"):
        check_writable(Delivery())


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """What was there stays where the new content cannot take its place, and nothing half-written is left."""
    (tmp_path / "report.html").mkdir()

    with pytest.raises(UsageError, match="cannot be written"):
        write_whole(tmp_path / "report.html", b"new")

    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_names_of_folders_are_tame() -> None:
    """Whatever the target is called."""
    assert folder_name(targeted("data:Loader(8).flow(batch_size=4)")) == "data-Loader"
    assert folder_name(targeted("../x y/data.py:gen")) == "x-y-data.py-gen"
    assert folder_name(targeted("(((")) == "target"
    assert len(folder_name(targeted("a" * 500 + ":gen"))) == output.MOST_NAME


def test_folders_of_several_targets_are_of_one_each() -> None:
    """By their arguments where these differ, by a number where no name tells them apart."""
    long = [f"data:gen({'x' * 300}, {k})" for k in "ab"]

    assert output.folders_of(["data:a", "data:b(1)", "data:b(2)"]) == {
        "data:a": "data-a",
        "data:b(1)": "data-b-1",
        "data:b(2)": "data-b-2",
    }
    assert len(set(output.folders_of([*long, "data:gen(?)", "data:gen(!)"]).values())) == 4


def test_the_result_is_printed_where_files_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing measured is lost for want of a place, and the error is still one."""
    report = build_report.clean()
    (tmp_path / folder_name(report)).write_text("in the way")

    with pytest.raises(UsageError, match="cannot be written"):
        deliver(report, RECORDING, Delivery(out=tmp_path))

    assert "PASS" in capsys.readouterr().out


def test_the_result_is_read_before_anything_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page and a picture take longer than all that is printed; their paths come after them."""
    printed_before: list[str] = []
    write = output.write_reports

    def drawn(*arguments: Any) -> None:
        printed_before.append(capsys.readouterr().out)
        write(*arguments)

    monkeypatch.setattr(output, "write_reports", drawn)
    deliver(build_report.clean(), RECORDING, Delivery(out=tmp_path, write=("json",)))

    assert "PASS" in printed_before[0]
    assert capsys.readouterr().out.split() == [str(next(tmp_path.rglob("report.json")))]


def test_reports_are_written_where_nobody_reads_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk behind standard output is told when all files are there."""

    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    monkeypatch.setattr(output, "drop_standard_output", lambda: None)
    with pytest.raises(UsageError, match="No space left"):
        deliver(build_report.clean(), RECORDING, Delivery(out=tmp_path, write=("json",)))

    assert {"recording.json", "report.json"} <= {path.name for path in tmp_path.rglob("*.json")}


def test_the_recording_is_written_before_what_is_made_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C while the report is drawn: the recording is there, and the command that makes the report."""
    import genaudit.render

    def interrupted(*_: object, **__: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(genaudit.render, "render", interrupted)
    report = build_report.clean()

    with pytest.raises(KeyboardInterrupt):
        deliver(report, RECORDING, Delivery(out=tmp_path))

    recording = tmp_path / folder_name(report) / "recording.json"
    assert recording.exists()
    assert f"genaudit report {recording}" in capsys.readouterr().err


def test_no_source_is_in_no_file_and_on_no_screen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not in the page, the data, the picture's drawing, the recording, nor what is printed; places stay."""
    report = build_report.eager()
    line = "Image.open(path)"
    recording = msgspec.structs.replace(RECORDING, sources={"/a.py": f"x = {line}"})
    report = msgspec.structs.replace(
        report, outcomes=[msgspec.structs.replace(one, fix=None) for one in report.outcomes]
    )
    outputs = [("markdown", tmp_path / "a.md"), ("svg", tmp_path / "a.svg"), ("sarif", tmp_path / "a.sarif")]

    deliver(report, recording, Delivery(out=tmp_path, outputs=outputs, source=False))

    written = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {"report.html", "report.json", "recording.json", "a.md", "a.svg"} <= {file.name for file in written}
    assert [file.name for file in written if line.encode() in file.read_bytes()] == []
    printed = capsys.readouterr().out
    assert line not in printed
    assert "inefficient.py:9" in printed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_a_scheduler_and_a_closed_terminal_interrupt(number: signal.Signals) -> None:
    """Each is a wish to stop, and to keep what was measured."""
    before = signal.signal(number, signal.SIG_DFL)
    try:
        with interrupt_on_terminate(), pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    finally:
        signal.signal(number, before)


def test_signals_are_handled_as_before_afterwards() -> None:
    """An ignored one is not even touched: nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # Whoever runs the tests may ignore it.
    interrupt = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
        with interrupt_on_terminate():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGINT) is not handlers[0]
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == handlers
    finally:
        signal.signal(signal.SIGHUP, before)
        signal.signal(signal.SIGINT, interrupt)


@pytest.mark.parametrize("text", ["nan", "inf", "0", "-1", "soon"])
def test_seconds_are_above_nothing_and_finite(text: str) -> None:
    """JSON has no word for the others either."""
    with pytest.raises(click.BadParameter):
        Seconds().convert(text, None, None)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """A folder for one real run, which several tests look at."""
    return Scratch(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def printed(scratch: Scratch) -> str:
    """What it printed."""
    outputs = [
        "--output",
        "html=one/page.html",
        "--output",
        "json=two.json",
        "--output",
        "json=three.json",
        "--write",
        "html,png,json",
    ]
    done = scratch.run("run", scratch.target("print('noise')"), "--format", "json", *BRIEF, *outputs)
    assert (done.code, done.err) == (0, "")
    return done.out


@pytest.mark.process
@pytest.mark.slow
def test_json_alone_is_printed(printed: str) -> None:
    """The whole of standard output can be given to a parser, whatever the target prints."""
    assert json.loads(printed)["verdict"] == "pass"


@pytest.mark.process
@pytest.mark.slow
def test_every_output_is_written(scratch: Scratch, printed: str) -> None:
    """Beside the reports folder, which has its own."""
    for path in ("two.json", "three.json", "reports/data.py-batches/report.json"):
        assert (scratch.folder / path).read_text(encoding="utf-8") == printed
    assert (scratch.folder / "one/page.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    names = {path.name for path in (scratch.folder / "reports/data.py-batches").iterdir()}
    assert names == {"report.html", "timeline.png", "report.json", "recording.json"}


@pytest.mark.process
@pytest.mark.slow
def test_a_recording_gives_the_same_report_again(scratch: Scratch, printed: str) -> None:
    """Without the target, and in another folder."""
    recording = scratch.folder / "reports/data.py-batches/recording.json"
    (scratch.folder / "data.py").unlink()

    again = scratch.run("report", str(recording), "--format", "json", "--out", "again")

    assert (again.code, again.out) == (0, printed)
    for name in ("report.json", "timeline.png", "report.html"):
        first, second = (scratch.folder / out / "data.py-batches" / name for out in ("reports", "again"))
        assert first.read_bytes() == second.read_bytes(), name


@pytest.mark.process
@pytest.mark.slow
def test_quiet_is_one_line(scratch: Scratch, printed: str) -> None:
    """For a loop over many targets."""
    recording = scratch.folder / "reports/data.py-batches/recording.json"

    done = scratch.run("report", str(recording), "-q", "--out", "quiet", "--write", "json")

    assert done.out.count("\n") == 1
    assert "PASS" in done.out


def test_the_group_ends_well_where_its_reader_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with ``genaudit rule | head -1``."""
    from genaudit.cli import main

    def gone(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(click.Group, "invoke", gone)
    monkeypatch.setattr(output, "drop_standard_output", lambda: None)

    assert CliRunner().invoke(main.cli, ["rule"]).exit_code == 0
