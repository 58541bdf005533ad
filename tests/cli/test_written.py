"""``--write``: which report files a run leaves, and what becomes of those of the run before."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from genaudit.cli.folder import kept, own_files
from genaudit.cli.report import command
from genaudit.cli.support.output import Delivery, deliver
from genaudit.config.keys import REPORT_FORMATS, report_formats
from genaudit.errors import UsageError
from genaudit.model import Report
from genaudit.render import render
from genaudit.render.html.index import render_index
from tests.build_report import clean
from tests.cli.folder.test_kept import dated
from tests.cli.test_output import RECORDING
from tests.comparison.build import comparison
from tests.real_run import Scratch


def written(out: Path, report: Report, *formats: str) -> set[str]:
    """Names in the folder of a report after it was delivered with those formats."""
    recording = msgspec.structs.replace(RECORDING, created_at=report.created_at)
    deliver(report, recording, Delivery(out=out, write=formats, verbosity=0))
    (folder,) = (path for path in out.iterdir() if path.is_dir())
    return {path.name for path in folder.iterdir()}


def reported(tmp_path: Path, kind: str, *words: str) -> tuple[Result, set[str]]:
    """``genaudit report`` on something saved, and what it wrote."""
    saved = tmp_path / f"{kind}.json"
    saved.write_bytes(render(clean() if kind == "report" else comparison(), "json"))
    done = CliRunner().invoke(command, [str(saved), "--out", str(tmp_path / "out"), *words])
    return done, {path.name for path in (tmp_path / "out").rglob("*") if path.is_file()}


def test_the_formats_are_those_of_both_results() -> None:
    """None is left out, and none is new."""
    assert set(own_files.REPORT_FILES) == set(own_files.COMPARISON_FILES) == set(REPORT_FORMATS)


@pytest.mark.parametrize("value", ["pdf", "json,", "", "none,json", "a b", ["json", 5], ["none", "html"], 5, None])
def test_what_is_no_format_is_refused(value: object) -> None:
    """Nothing is guessed."""
    with pytest.raises(UsageError):
        report_formats(value)


@pytest.mark.parametrize("kind", ["report", "comparison"])
def test_only_what_is_asked_for_is_written(tmp_path: Path, kind: str) -> None:
    """The page that lists the runs is one, too; where it is there it is kept up to date, and leads to what there is."""
    done, names = reported(tmp_path, kind, "--write", "json")

    assert done.exit_code in {0, 1}, done.output
    assert names == {f"{kind}.json"}

    own_files.write_own(tmp_path / "out" / own_files.INDEX, render_index([]))
    _, names = reported(tmp_path, kind, "--write", "json")

    assert names == {f"{kind}.json", "index.html"}
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert f"/{kind}.json" in page
    assert f"/{kind}.html" not in page


def test_a_page_and_no_data(tmp_path: Path) -> None:
    """In the order that formats have, whatever was typed."""
    assert reported(tmp_path, "report", "--write", "png, html")[1] == {"report.html", "timeline.png", "index.html"}


def test_none_is_none(tmp_path: Path) -> None:
    """Of a run, the recording stays: nothing else could bring it back."""
    assert reported(tmp_path, "report", "--write", "none")[1] == set()
    assert written(tmp_path / "run", clean()) == {"recording.json"}


def test_an_unknown_format_is_told(tmp_path: Path) -> None:
    """With those that there are."""
    done, names = reported(tmp_path, "report", "--write", "pdf")

    assert (done.exit_code, names) == (2, set())
    assert "'pdf' is none of html, png, json" in " ".join(done.output.split())


def test_a_page_that_is_not_written_is_not_opened(tmp_path: Path) -> None:
    """That is found before anything is done."""
    done, names = reported(tmp_path, "report", "--write", "json", "--open")

    assert isinstance(done.exception, UsageError)
    assert "--open" in str(done.exception)
    assert names == set()


def test_a_run_without_its_data_is_kept_like_any_other(tmp_path: Path) -> None:
    """Its recording says when it was; its page does not pass for the next run's."""
    first, second = dated(clean(), 1), dated(clean(), 2)
    assert written(tmp_path, first, "html") == {"recording.json", "report.html"}

    assert written(tmp_path, second, "json") == {"recording.json", "report.json", "earlier"}
    (earlier,) = tmp_path.glob("*/earlier/*")
    assert {path.name for path in earlier.iterdir()} == {"recording.json", "report.html"}


def test_the_same_run_keeps_what_it_has(tmp_path: Path) -> None:
    """A page that is added later joins the data."""
    written(tmp_path, dated(clean(), 1), "json")

    assert written(tmp_path, dated(clean(), 1), "html") == {"recording.json", "report.json", "report.html"}


def test_a_page_of_an_unknown_run_does_not_stay_beside_another(tmp_path: Path) -> None:
    """Ours is replaced, as it was before; a user's own of that name stays."""
    folder = tmp_path / "target"
    folder.mkdir()
    (folder / "report.html").write_bytes(render(clean(), "html"))
    (folder / "timeline.png").write_text("mine")
    kept.keep_earlier(folder, clean())

    assert [path.name for path in folder.iterdir()] == ["timeline.png"]


@pytest.mark.parametrize(
    ("formats", "outputs", "draws"),
    [
        (None, [], True),
        (("json",), [], False),
        ((), [], False),
        (("html",), [], True),
        ((), [("svg", Path("a.svg"))], True),
        (("json",), [("sarif", Path("a.sarif"))], False),
    ],
)
def test_what_draws(formats: tuple[str, ...] | None, outputs: list[tuple[str, Path]], draws: bool) -> None:
    """A page or a picture, in the folder or beside it."""
    assert Delivery(write=formats, outputs=outputs).draws is draws


@pytest.mark.process
def test_nothing_that_draws_is_loaded_for_data(tmp_path: Path) -> None:
    """As the configuration says, where the command line says nothing."""
    place = Scratch(tmp_path)
    place.variables.clear()
    place.write("genaudit.toml", 'write = ["json"]\nquick = true\nbatches = 4\nmax-batches = 4\n')
    after = "print('loaded', sorted({'bokeh', 'matplotlib'} & set(sys.modules)), flush=True)"

    done = place.run("run", place.target("pass"), "-q", after=after)

    assert done.code == 0, done.err
    assert "loaded []" in done.out
    assert {path.name for path in (place.folder / "reports").glob("*/*")} == {"recording.json", "report.json"}
