"""Reports looked at again: the latest run, the folder of one, another size of the data set; the page that is opened."""

import json
import os
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner, Result

from genaudit.cli.folder.runs import WATCHED
from genaudit.cli.main import cli
from genaudit.cli.support.output import open_page
from genaudit.errors import RecordingError, UsageError
from genaudit.model.codec import encode
from genaudit.model.recording import Recording
from genaudit.recorder.child.watch.names import MARKS
from genaudit.render import render
from genaudit.units import MIB
from tests.build import BATCH, ITEM, at_sizes, recording
from tests.comparison.build import comparison

PAGE = '<meta name="generator" content="genaudit 1">page'
LEAKING = at_sizes(lambda size, batch, epoch: batch * BATCH)
EAGER = at_sizes(lambda size, batch, epoch: size * ITEM)


def leave(folder: Path, made: Recording, day: int) -> Path:
    """What a run of a day leaves in a folder."""
    folder.mkdir(parents=True)
    made = msgspec.structs.replace(made, created_at=f"2026-01-{day:02}T00:00:00+00:00")
    (folder / "recording.json").write_bytes(encode(made))
    return folder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three runs, the middle one the latest; the last that was written is the oldest."""
    monkeypatch.chdir(tmp_path)
    leave(Path("reports/b-eager"), recording(*EAGER), 8)
    leave(Path("reports/c-leaking"), recording(*LEAKING), 9)
    leave(Path("reports/a-eager"), recording(*EAGER), 7)
    Path("reports/notes").mkdir()
    Path("reports/notes/recording.json").write_text("{}", encoding="utf-8")
    return tmp_path


def again(*words: str) -> Result:
    return CliRunner().invoke(cli, ["report", *words])


def test_the_latest_run_is_taken_and_named(here: Path) -> None:
    """By when it began, not by when a file was written; a user's own files are no run."""
    for words in ([], ["reports"], ["--out", "reports"]):
        done = again("--write", "none", *words)

        assert done.exit_code == 1, done.output
        foreign, latest = done.stderr.splitlines()
        assert foreign == f"passed over: {Path('reports/notes/recording.json')} is nothing that genaudit wrote"
        assert latest == f"{Path('reports/c-leaking')}, the latest in reports"
        assert "Keeps memory with every batch" in done.stdout
    assert again("-q", "--write", "none").stderr == ""


def test_the_folder_of_a_run_is_that_run_and_gets_what_is_made_again(here: Path) -> None:
    """In its place, with nothing beside it; below another folder where one is named."""
    done = again("reports/a-eager", "--write", "json")

    assert done.stderr == ""
    assert done.stdout.endswith(f"  {Path('reports/a-eager/report.json')}\n")
    assert sorted(path.name for path in here.iterdir()) == ["reports"]
    assert {path.name for path in Path("reports").iterdir()} == {"a-eager", "b-eager", "c-leaking", "notes"}

    assert again("reports/a-eager", "--write", "json", "--out", "other").exit_code == 1
    assert len(list(Path("other").glob("*/report.json"))) == 1


def test_a_run_of_an_earlier_day_stays_where_it_is(here: Path) -> None:
    """It does not take the place of the latest run of its target."""
    old = leave(Path("reports/c-leaking/earlier/2026-01-02T00-00-00-00-00"), recording(*EAGER), 2)
    latest = Path("reports/c-leaking/recording.json").read_bytes()

    assert "whole data set" in again(str(old), "--write", "json").stdout
    assert (old / "report.json").exists()
    assert Path("reports/c-leaking/recording.json").read_bytes() == latest


def test_a_comparison_can_be_the_latest(here: Path) -> None:
    made = msgspec.structs.replace(comparison(), created_at="2026-02-01T00:00:00+00:00")
    Path("reports/compare").mkdir()
    Path("reports/compare/comparison.json").write_bytes(render(made, "json"))

    assert f"\n{Path('reports/compare')}, the latest" in again("--write", "none").stderr


def test_what_is_broken_does_not_hide_what_is_not(here: Path) -> None:
    """The latest that can be read is taken, and the other is named; where it was asked for, that is the error."""
    Path("reports/notes/recording.json").unlink()
    broken = Path("reports/c-leaking/recording.json")
    broken.write_bytes(broken.read_bytes()[:5000])
    passed, latest = again("--write", "none").stderr.splitlines()

    assert passed.startswith(f"passed over: {broken} ")
    assert latest == f"{Path('reports/b-eager')}, the latest in reports"
    assert isinstance(again("reports/c-leaking").exception, RecordingError)


def test_the_configuration_says_where_reports_are(here: Path) -> None:
    """Unless the command line does."""
    Path("genaudit.toml").write_text('out = "audits"\n', encoding="utf-8")
    leave(Path("audits/x"), recording(*EAGER), 1)

    assert again("--write", "none").stderr == f"{Path('audits/x')}, the latest in audits\n"
    assert "c-leaking" in again("--write", "none", "--out", "reports").stderr
    Path("genaudit.toml").write_text("out = [", encoding="utf-8")
    assert "c-leaking" in again("--write", "none").stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere"], "nowhere cannot be read"),
        (["empty"], "empty has no report in it"),
        (["--out", "nowhere"], "there is no reports folder nowhere"),
    ],
)
def test_where_there_is_none(here: Path, words: list[str], told: str) -> None:
    """What makes one is named."""
    Path("empty").mkdir()
    error = again(*words).exception

    assert isinstance(error, RecordingError)
    assert told in error.message
    assert "genaudit run" in error.hint


def test_a_forecast_for_another_size_without_a_new_run(here: Path) -> None:
    """In text, page and JSON; what was recorded stays as it was."""
    before = Path("reports/a-eager/recording.json").read_bytes()
    done = again("reports/a-eager", "--project-items", "50000", "--write", "json,html")
    projection = json.loads(Path("reports/a-eager/report.json").read_bytes())["growth_law"]["projection"]

    assert projection["items"] == 50_000
    assert projection["bytes"]["value"] == pytest.approx(50_000 * ITEM, abs=60 * MIB)
    assert "50,000 items need 3.0" in done.stdout
    assert "50,000 items need 3.0" in Path("reports/a-eager/report.html").read_text(encoding="utf-8")
    assert Path("reports/a-eager/recording.json").read_bytes() == before


def test_a_clean_run_has_a_forecast_too(here: Path) -> None:
    leave(Path("reports/flat"), recording(*at_sizes(lambda size, batch, epoch: 0.0)), 1)
    plain = again("reports/flat", "--write", "none")
    projected = again("reports/flat", "--write", "none", "--project-items", "50000")

    assert plain.stdout.count("\n") == 1
    assert projected.stdout.splitlines()[1] == "  Forecast  50,000 items need no more: memory does not grow with them"


def test_what_a_leak_means_for_another_size(here: Path) -> None:
    """The epoch in which memory is full, of the data set that the user has."""
    plain, projected = again("--write", "none"), again("--write", "none", "--project-items", "50000")

    assert "epoch" not in plain.stdout.partition("Means ")[2].partition("\n")[0]
    assert "of your 50,000 items." in " ".join(projected.stdout.split())


def test_what_is_concluded_already_has_no_other_forecast(here: Path) -> None:
    again("reports/a-eager", "--write", "json")
    error = again("reports/a-eager/report.json", "--project-items", "5").exception

    assert isinstance(error, UsageError)
    assert error.hint == "give the recording.json that lies beside a report.json"


def test_a_watched_job_has_no_forecast(here: Path) -> None:
    Path("reports/watch-train").mkdir()
    Path("reports/watch-train", WATCHED).write_text("{}\n", encoding="utf-8")
    error = again("reports/watch-train", "--project-items", "5").exception

    assert isinstance(error, UsageError)
    assert "genaudit run" in error.hint


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a browser was asked to open, on a machine that has a screen."""
    asked: list[str] = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(click, "launch", lambda url: asked.append(url) or 0)
    return asked


def test_the_page_of_the_last_run_is_opened(here: Path, opened: list[str]) -> None:
    """And its path goes to standard output, for scripts; that of another where it is named."""
    for name in ("a-eager", "c-leaking"):
        Path("reports", name, "report.html").write_text(PAGE, encoding="utf-8")
    last = CliRunner().invoke(cli, ["open"])
    named = CliRunner().invoke(cli, ["open", "reports/a-eager"])

    assert (last.stdout, named.stdout) == tuple(
        f"{Path('reports', name, 'report.html')}\n" for name in ("c-leaking", "a-eager")
    )
    assert last.stderr == f"{Path('reports/c-leaking')}, the latest in reports\n"
    assert opened == [str(here / "reports" / name / "report.html") for name in ("c-leaking", "a-eager")]


@pytest.mark.parametrize("why", ["no screen", "no browser"])
@pytest.mark.skipif(os.uname().sysname == "Darwin", reason="macOS always has a screen")
def test_without_a_browser_the_path_is_told(
    here: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """Exit code 0: a server has none, and the page is there."""
    Path("reports/c-leaking/report.html").write_text(PAGE, encoding="utf-8")
    if why == "no screen":
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
            monkeypatch.delenv(name, raising=False)
    else:
        monkeypatch.setattr(click, "launch", lambda _: 3)
    done = CliRunner().invoke(cli, ["open"])

    assert done.exit_code == 0
    assert done.stdout == f"{Path('reports/c-leaking/report.html')}\n"
    assert (here / "reports/c-leaking/report.html").as_uri() in done.stderr
    assert opened == []


def test_a_run_without_a_page_says_what_makes_it(here: Path, opened: list[str]) -> None:
    error = CliRunner().invoke(cli, ["open"]).exception

    assert isinstance(error, UsageError)
    assert error.hint == f"genaudit report {Path('reports/c-leaking')} makes it"
    assert opened == []


def test_a_path_with_odd_letters_is_opened_whole(tmp_path: Path, opened: list[str]) -> None:
    page = tmp_path / "a b&c;d.html"
    open_page(page)

    assert opened == [str(page)]


def test_the_marks_of_a_watched_job_are_known_by_their_name() -> None:
    """The command line looks for them without importing what writes them."""
    assert WATCHED == MARKS
