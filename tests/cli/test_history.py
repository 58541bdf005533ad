"""``genaudit history`` and the page of all runs: what each target was from run to run."""

import json
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner, Result

from genaudit.cli.main import cli
from genaudit.errors import ExitCode, NothingToDoError, RecordingError, UsageError
from genaudit.model import Report
from genaudit.model.codec import encode
from genaudit.model.recording import Revision
from genaudit.render import render
from tests.build import BATCH, at_sizes, recording
from tests.build_report import clean, eager, leak
from tests.comparison.build import comparison

PAGE = '<meta name="generator" content="genaudit 1">page'


def leave(
    report: Report, day: int, branch: str | None = "main", *, folder: str = "reports", dirty: bool = False
) -> None:
    """What a run of a day leaves."""
    revision = Revision(commit=f"{day:02}abcdef01", branch=branch, dirty=dirty) if branch else None
    place = Path(folder, report.target.spec.replace(":", "-"), "earlier", f"2026-01-{day:02}T00-00-00-00-00")
    place.mkdir(parents=True)
    made = msgspec.structs.replace(report, created_at=f"2026-01-{day:02}T08:30:00+00:00", revision=revision)
    (place / "report.json").write_bytes(render(made, "json"))
    (place / "report.html").write_text(PAGE, encoding="utf-8")


def history(*words: str) -> Result:
    return CliRunner().invoke(cli, ["history", *words], env={"COLUMNS": "120"})


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three targets, two branches; a comparison, and what is not genaudit's."""
    monkeypatch.chdir(tmp_path)
    leave(leak(), 1)
    leave(leak(), 3, "lazier")
    leave(leak(), 4, "lazier", dirty=True)
    leave(eager(), 2)
    leave(clean(), 5, None)
    Path("reports/compare").mkdir()
    Path("reports/compare/comparison.json").write_bytes(render(comparison(), "json"))
    Path("reports/lint").mkdir()
    Path("reports/lint/report.json").write_text("[]", encoding="utf-8")
    return tmp_path


def test_each_target_has_its_runs_branch_by_branch(here: Path) -> None:
    """With date, revision, peak, growth and verdict; the latest first; growth that noise explains is none."""
    done = history()
    told = [" ".join(line.split()) for line in done.stdout.splitlines()]

    assert done.exit_code == 0, done.output
    assert told[0].startswith("sample_generators.efficient:efficient_generator 1 run")
    assert [line.split()[0] for line in told if "█" in line] == ["no", "lazier", "main", "main"]
    assert "sample_generators.leaking:Loader 3 runs, 3 failed" in told
    rows = [line for line in told if line.startswith("2026-")]
    assert rows[0].startswith("2026-01-05 08:30 – 56.3 MiB none none PASS Holds one batch at a time")
    assert rows[1].startswith("2026-01-04 08:30 04abcdef+ 355 MiB +1.50 MiB")
    assert [row[:10] for row in rows[2:]] == ["2026-01-03", "2026-01-01", "2026-01-02"]
    assert "+192 KiB FAIL" in rows[-1]


def test_what_is_not_genaudits_is_passed_over_with_a_line(here: Path) -> None:
    """On standard error, so that standard output is what was asked for."""
    broken = next(Path("reports").glob("*leaking*/earlier/2026-01-04*/report.json"))
    broken.write_bytes(broken.read_bytes()[:3000])
    foreign, unreadable = history().stderr.splitlines()

    assert foreign == f"passed over: {Path('reports/lint/report.json')} is nothing that genaudit wrote"
    assert unreadable.startswith(f"passed over: {broken} cannot be read as a report: ")
    assert "2026-01-04" not in history().stdout


def test_only_some(here: Path) -> None:
    """By a part of the name, by branch, and so many lines of each: the rest is counted."""
    assert history("--target", "LEAK").stdout.count("2026-") == 3
    assert history("--branch", "main").stdout.count("2026-") == 2
    assert history("--branch", "main", "--target", "leak").stdout.count("2026-") == 1
    limited = history("--limit", "1", "--target", "leak").stdout
    assert limited.count("2026-") == 2
    assert "1 earlier: --limit 2" in limited


def test_as_json(here: Path) -> None:
    """Figures with their units in the names, as the report has them, and where each run lies."""
    found = json.loads(history("--format", "json", "--target", "leak", "--limit", "1").stdout)
    first = found["runs"][0]

    assert [run["created_at"][:10] for run in found["runs"]] == ["2026-01-04", "2026-01-01"]
    assert first["revision"] == {"commit": "04abcdef01", "branch": "lazier", "dirty": True}
    assert (first["verdict"], first["label"]) == ("fail", "FAIL")
    assert first["findings"] == ["GA201 batch-growth"]
    assert first["peak_bytes"] == leak().peak.high_water_bytes
    assert set(first["growth_bytes_per_batch"]) == {"value", "low", "high"}
    assert Path(first["folder"], "report.html") == Path(first["page"])
    assert Path(first["page"]).is_file()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere"], "there is no run in nowhere yet"),
        (["empty"], "there is no run in empty yet"),
        (["--target", "none"], "no run in reports is of that target and branch"),
        (["--branch", "v9"], "no run in reports is of that target and branch"),
    ],
)
def test_where_there_is_none(here: Path, words: list[str], told: str) -> None:
    """What makes one is named, or what there is; that is no failure, and nothing was done."""
    Path("empty").mkdir()
    error = history(*words).exception

    assert isinstance(error, NothingToDoError)
    assert error.exit_code is ExitCode.NOTHING
    assert error.message == told
    assert ("genaudit run TARGET" if words[0][0] != "-" else "branches: no branch, lazier, main") in error.hint


def test_a_run_whose_reports_were_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its recording is there, and is concluded again."""
    monkeypatch.chdir(tmp_path)
    Path("reports/x").mkdir(parents=True)
    made = recording(*at_sizes(lambda size, batch, epoch: batch * BATCH))
    Path("reports/x/recording.json").write_bytes(encode(made))

    assert "FAIL  Keeps memory with every batch." in history().stdout


def test_in_ascii_and_narrow(here: Path) -> None:
    """No line is wider than the terminal, and nothing is shown that it has no letters for."""
    done = CliRunner(charset="ascii").invoke(cli, ["history"], env={"COLUMNS": "80", "PYTHONIOENCODING": "ascii"})

    assert done.stdout.isascii()
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


def test_the_page_of_all_runs_is_made_anew_and_opened(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a run left no page, and of another folder; one of the user's own is not overwritten."""
    asked: list[str] = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(click, "launch", lambda url: asked.append(url) or 0)
    done = CliRunner().invoke(cli, ["open", "--index"])

    assert done.stdout == f"{Path('reports/index.html')}\n"
    assert asked == [str(here / "reports" / "index.html")]
    assert "5 runs, 4 failed, of 3 targets on 2 branches" in Path("reports/index.html").read_text(encoding="utf-8")

    Path("reports/index.html").write_text("<h1>mine</h1>", encoding="utf-8")
    mine = CliRunner().invoke(cli, ["open", "--index", "reports"]).exception
    none = CliRunner().invoke(cli, ["open", "--index", "nowhere"]).exception

    assert isinstance(mine, UsageError)
    assert Path("reports/index.html").read_text(encoding="utf-8") == "<h1>mine</h1>"
    assert isinstance(none, RecordingError)
