"""Earlier runs of a target are kept beside the latest, and all are on one page."""

from pathlib import Path

import msgspec
import pytest

from genaudit.cli.folder import kept, listed, runs
from genaudit.model import Report
from genaudit.model.codec import encode
from genaudit.model.comparison import Comparison
from genaudit.render import render
from genaudit.render.html import index
from tests.build import BATCH, at_sizes, recording
from tests.build_report import clean, eager
from tests.comparison.build import comparison

PAGE = '<meta name="generator" content="genaudit 1">page'


def dated(report: Report, day: int) -> Report:
    return msgspec.structs.replace(report, created_at=f"2026-01-{day:02}T00:00:00+00:00")


def leave(folder: Path, report: Report) -> None:
    """What a run leaves, as far as it matters here."""
    folder.mkdir(parents=True, exist_ok=True)
    kept.keep_earlier(folder, report)
    (folder / "report.json").write_bytes(render(report, "json"))
    (folder / "report.html").write_text(PAGE, encoding="utf-8")


def test_an_earlier_run_is_kept(tmp_path: Path) -> None:
    """The second run does not overwrite the first; both are on the page, the latest first."""
    leave(tmp_path / "a", dated(eager(), 1))
    leave(tmp_path / "a", dated(clean(), 2))
    page = listed.index(tmp_path).decode()

    assert (tmp_path / "a" / "earlier" / "2026-01-01T00-00-00-00-00" / "report.html").read_text() == PAGE
    assert page.index("a/report.html") < page.index("a/earlier/2026-01-01T00-00-00-00-00/report.html")


def test_the_same_run_rendered_again_is_one_run(tmp_path: Path) -> None:
    """``genaudit report`` on a saved recording makes no history."""
    for _ in range(2):
        leave(tmp_path / "a", dated(eager(), 1))

    assert not (tmp_path / "a" / "earlier").exists()


def test_only_so_many_are_kept(tmp_path: Path) -> None:
    """The oldest go; what is not ours stays."""
    (tmp_path / "a" / "earlier" / "mine").mkdir(parents=True)
    (tmp_path / "a" / "earlier" / "mine" / "report.json").write_text("{}", encoding="utf-8")
    for day in range(1, 25):
        leave(tmp_path / "a", dated(clean(), day))
    names = sorted(path.name for path in (tmp_path / "a" / "earlier").iterdir())

    assert names[0] == "2026-01-04T00-00-00-00-00"
    assert len(names) == kept.KEPT + 1
    assert "mine" in names


def test_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    """A broken report, or a file of something else with its name, is not in the way, and has a line on the page."""
    for name, content in (("b", b'{"genaudit_version": "1", "verdict"'), ("c", b'{"variants": []}'), ("d", b"\xff{")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.json").write_bytes(content)
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "pictures.txt").write_text("mine", encoding="utf-8")
    leave(tmp_path / "a", dated(eager(), 1))
    page = listed.index(tmp_path).decode()
    told = [text for text in page.split("<li>") if "report.json" in text and "Passed over" not in text]

    assert "a/report.html" in page
    assert not any(f'href="{name}/' in page for name in "bcde")
    assert [name for name in "bcde" if f"{tmp_path}/{name}/report.json" in page] == ["b", "c", "d"]
    assert "b/report.json cannot be read as a report" in told[-1]
    assert all("is nothing that genaudit wrote" in line for line in told[-3:-1])


def test_a_run_without_its_report_is_concluded_again(tmp_path: Path) -> None:
    """``--write none`` leaves the recording, and it is a run as any other."""
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "recording.json").write_bytes(encode(recording(*at_sizes(lambda size, batch, epoch: batch * BATCH))))
    page = listed.index(tmp_path).decode()

    assert 'href="a/recording.json">data:generate' in page
    assert "FAIL" in page


def test_comparisons_are_listed_and_kept(tmp_path: Path) -> None:
    """An earlier one makes room for the next, and both are on the page."""
    folder = tmp_path / "compare-a-vs-b"
    folder.mkdir()
    for day in (1, 2):
        made = msgspec.structs.replace(comparison(), created_at=f"2026-01-{day:02}T00:00:00+00:00")
        kept.keep_earlier(folder, made)
        (folder / "comparison.json").write_bytes(render(made, "json"))
        (folder / "comparison.html").write_text(PAGE, encoding="utf-8")
    page = listed.index(tmp_path).decode()

    earlier = "compare-a-vs-b/earlier/2026-01-01T00-00-00-00-00/comparison.html"
    assert page.index("compare-a-vs-b/comparison.html") < page.index(earlier)


def test_reports_are_read_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row of one is made before the next is read, so that hundreds of long runs do not fill the memory."""
    for day in (1, 2, 3):
        leave(tmp_path / "a", dated(eager(), day))
    steps: list[str] = []
    read, run_of = runs.Run.concluded, index.run_of

    def reading(run: runs.Run) -> Report | Comparison:
        steps.append("read")
        return read(run)

    def making(path: str, report: Report) -> index.Run:
        steps.append("row")
        return run_of(path, report)

    monkeypatch.setattr(runs.Run, "concluded", reading)
    monkeypatch.setattr(index, "run_of", making)
    listed.index(tmp_path)

    assert steps == ["read", "row"] * 3


def test_what_the_user_put_beside_it_stays(tmp_path: Path) -> None:
    """A note beside a report is not moved with it, and one in an earlier run's folder is not deleted with that."""
    folder = tmp_path / "a"
    for day in range(1, 25):
        leave(folder, dated(clean(), day))
        if day == 1:
            (folder / "notes.txt").write_text("what I think of it", encoding="utf-8")
        if day == 2:
            (folder / "earlier" / "2026-01-01T00-00-00-00-00" / "thesis.txt").write_text("mine", encoding="utf-8")
    first = folder / "earlier" / "2026-01-01T00-00-00-00-00"

    assert (folder / "notes.txt").exists()
    assert [path.name for path in first.iterdir()] == ["thesis.txt"]
    assert not (folder / "earlier" / "2026-01-02T00-00-00-00-00").exists()
