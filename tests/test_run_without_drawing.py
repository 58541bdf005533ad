"""The core alone, as CI installs it: without Bokeh and matplotlib all is done but pages and pictures."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from genaudit.cli.main import cli
from genaudit.cli.support.watched import deliver_job
from genaudit.errors import UsageError
from genaudit.pytest_support import run as plugin
from genaudit.render import COMPARISON_RENDERERS, JOB_RENDERERS, RENDERERS, render, render_job
from genaudit.render.extra import INSTALL
from genaudit.render.html.notebook import render_card
from genaudit.report.watch.build import job_report
from tests.build_report import clean, eager
from tests.comparison.build import comparison
from tests.evidence.watch.made import job_of
from tests.real_run import BRIEF, Scratch

LIBRARIES = ("bokeh", "matplotlib")
BLOCKED = f"""
import sys


class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {LIBRARIES!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Nothing())
"""
"""A module that every process of a run imports at its start, and that makes of it the core alone."""
DRAWN = {"html", "png", "svg"}


@pytest.fixture
def core(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process has nothing to draw with."""
    for name in list(sys.modules):
        if name.partition(".")[0] in LIBRARIES:
            monkeypatch.delitem(sys.modules, name)
    for name in LIBRARIES:
        monkeypatch.setitem(sys.modules, name, None)


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """A folder in which no process has anything to draw with."""
    scratch = Scratch(tmp_path)
    scratch.write("core/sitecustomize.py", BLOCKED)
    scratch.variables = {"PYTHONPATH": str(scratch.folder / "core")}
    return scratch


@pytest.mark.process
def test_an_audit_and_what_comes_after_it(scratch: Scratch) -> None:
    """It is measured and told; one line says what was left out, and its command draws it where the libraries are."""
    target = scratch.target("pass")

    done = scratch.run("run", target, *BRIEF)

    folder = scratch.folder / "reports" / "data.py-batches"
    assert done.code == 0, done.err
    assert {path.name for path in folder.iterdir()} == {"recording.json", "report.json"}
    (line,) = (line for line in done.err.splitlines() if "report.html" in line)
    assert (
        line == f"  no report.html, no timeline.png: {INSTALL}, then genaudit report reports/data.py-batches draws them"
    )
    assert "data.py-batches/report.json" in (scratch.folder / "reports" / "index.html").read_text(encoding="utf-8")

    del scratch.variables["PYTHONPATH"]
    again = scratch.run(*line.partition("then genaudit ")[2].removesuffix(" draws them").split())

    assert (again.code, "report.html" in again.out) == (0, True), again.err
    assert {path.name for path in folder.iterdir()} == {
        *("recording.json", "report.json", "report.html", "timeline.png"),
    }


@pytest.mark.process
def test_a_gate(scratch: Scratch) -> None:
    """With the formats of CI, and one line for all of its targets."""
    target = scratch.target("pass")
    scratch.write("genaudit.toml", f'targets = ["{target}"]\nbatches = 12\nquick = true\n')

    done = scratch.run("gate", "--output", "junit=junit.xml", "--output", "sarif=found.sarif")

    assert done.code == 0, done.err
    assert [line for line in done.err.splitlines() if INSTALL in line] == [
        f"  no report.html, no timeline.png: {INSTALL}, then genaudit report reports/NAME draws them"
    ]
    assert {path.name for path in scratch.folder.iterdir()} >= {"junit.xml", "found.sarif"}
    assert scratch.run("lint", "data.py", "--output", "sarif=lint.sarif").code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--write", "json,html"], "--write html is drawn with Bokeh and matplotlib, which are not installed here"),
        (["--write", "png"], "--write png is drawn with matplotlib, which is not installed here"),
        (["--output", "svg=a.svg"], "--output svg=a.svg is drawn with matplotlib, which is not installed here"),
        (["--open"], "--open: report.html is drawn with Bokeh and matplotlib, which are not installed here"),
    ],
)
@pytest.mark.parametrize("command", ["run", "gate", "report"])
def test_what_is_asked_for_by_name_is_refused(
    command: str, words: list[str], told: str, core: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is measured, with the command that installs what is missing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GENAUDIT_WRITE", raising=False)
    saved = tmp_path / "report.json"
    saved.write_bytes(render(clean(), "json"))

    done = CliRunner().invoke(cli, [command, str(saved) if command == "report" else "data.py:rows", *words])

    assert isinstance(done.exception, UsageError), done.output
    assert (done.exception.message, done.exception.hint) == (told, INSTALL)
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_configuration_that_asks_is_refused(core: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the command line is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GENAUDIT_WRITE", raising=False)
    (tmp_path / "genaudit.toml").write_text('targets = ["data.py:rows"]\nwrite = ["png"]\n')

    done = CliRunner().invoke(cli, ["gate"])

    assert isinstance(done.exception, UsageError), done.output
    assert (done.exception.slug, done.exception.hint) == ("no-report-extra", INSTALL)


@pytest.mark.parametrize(
    ("renderers", "made"),
    [
        (RENDERERS, lambda form: render(eager(), form)),
        (COMPARISON_RENDERERS, lambda form: render(comparison(), form)),
        (JOB_RENDERERS, lambda form: render_job(job_report(job_of([2**26] * 9)), form)),
    ],
    ids=["report", "comparison", "job"],
)
def test_every_other_format_is_made(renderers: dict, made: object, core: None) -> None:
    """Those that are drawn say what they need."""
    for form in renderers:
        if form not in DRAWN:
            assert made(form)
            continue
        with pytest.raises(UsageError) as caught:
            made(form)
        assert (caught.value.slug, caught.value.hint) == ("no-report-extra", INSTALL)


def test_cards_of_notebooks(core: None) -> None:
    """They say in words what they cannot draw."""
    card, page = render_card(eager()), comparison()._repr_html_()

    assert "FAIL" in card
    assert "<img" not in card
    assert "genaudit[report]" in card
    assert page.startswith("<pre>")
    assert "genaudit[report]" in page


def test_a_job_that_was_watched(core: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its data is written, and one line says how the rest is drawn."""
    deliver_job(job_report(job_of([2**26] * 9)), tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["watch.json"]
    assert json.loads((tmp_path / "watch.json").read_text(encoding="utf-8"))
    (line,) = (line for line in capsys.readouterr().err.splitlines() if INSTALL in line)
    assert line.startswith("  no watch.html, no watch.png: ")
    assert f"--output html={tmp_path}/watch.html --output png={tmp_path}/watch.png" in line


def test_a_marked_test_that_fails(core: None, tmp_path: Path) -> None:
    """pytest's report is its data alone."""
    place = plugin.Place(name="tests/test_data.py::test_rows", out=tmp_path, baseline=tmp_path / "none")

    assert plugin._write(eager(), place).name == "report.json"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["report.json"]
