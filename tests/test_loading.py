"""What earlier runs left, read again: told by its content, and judged as it was judged then."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

import genaudit
from genaudit.cli.main import cli
from genaudit.errors import GenauditError, RecordingError
from genaudit.gate import plans
from genaudit.model.codec import encode
from genaudit.model.comparison import Comparison
from genaudit.model.outcome import Verdict
from genaudit.model.report import Report
from tests.build import BATCH, at_sizes, recording
from tests.build_report import clean
from tests.comparison.build import comparison

CONFIGURATION = """
targets = ["data:generate"]
[budgets]
growth = "64KiB/batch"
peak = {max = "10MiB", level = "warn"}
"""


def leaking() -> Any:
    return recording(*at_sizes(lambda size, batch, epoch: batch * BATCH))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what runs leave."""
    monkeypatch.chdir(tmp_path)
    # As in report().
    monkeypatch.setenv("GENAUDIT_WRITE", "json")
    (tmp_path / "a.json").write_bytes(encode(leaking()))
    (tmp_path / "b.json").write_bytes(encode(clean()))
    (tmp_path / "c.json").write_bytes(encode(comparison()))
    return tmp_path


def report(*words: str) -> Result:
    """The command, without the pages and pictures that are others' tests, but for those that are asked for by name."""
    return CliRunner().invoke(cli, ["report", *words, "--write", "json"])


def test_load_tells_them_apart_by_their_content(folder: Path) -> None:
    first, second, third = (genaudit.load(folder / name) for name in ("a.json", "b.json", "c.json"))

    assert isinstance(first, Report)
    assert first.verdict.value == "fail"
    assert second == clean()
    assert isinstance(third, Comparison)
    assert third == comparison()
    assert (first.ok, second.ok, third.ok) == (False, True, False)


@pytest.mark.parametrize("text", ["no json", "[]", "{}", '{"variants": 3}', '{"schema_version": "1.0"}'])
def test_other_files_are_refused_with_their_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)

    with pytest.raises(RecordingError, match=r"x\.json"):
        genaudit.load(tmp_path / "x.json")


def test_a_comparison_is_rendered_again(folder: Path) -> None:
    """In the formats of comparisons, with its exit code."""
    done = report("c.json", "--output", "png=c.png", "--out", "again")

    assert done.exit_code == 1
    assert "efficient vs inefficient" in done.stdout
    assert Path("c.png").read_bytes().startswith(b"\x89PNG")
    (made,) = Path("again").glob("compare-*/comparison.json")
    assert genaudit.load(made) == comparison()
    refused = report("c.json", "--output", "sarif=c.sarif")
    assert isinstance(refused.exception, GenauditError)
    assert "html" in refused.exception.hint


def test_what_is_concluded_cannot_be_held_to_something_else(folder: Path) -> None:
    assert report("b.json", "-q").exit_code == 0
    for words in (["--budget", "growth=1KiB/batch"], ["--fail-on", "warn"]):
        refused = report("b.json", *words)
        assert isinstance(refused.exception, GenauditError)
        assert "recording.json" in refused.exception.hint


@pytest.fixture
def gated(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a target that a gate held to budgets and to a baseline."""
    from genaudit.report.build import conclude

    (folder / "genaudit.toml").write_text(CONFIGURATION)
    made = leaking()
    # What is compared in the second run is what the first put into the baseline.
    halved = recording(*at_sizes(lambda size, batch, epoch: batch * BATCH / 2))
    for measured, words in ((halved, ["--update-baseline", "--reason", "first"]), (made, [])):
        monkeypatch.setattr(plans, "measure", lambda plan, _=None, one=measured: (one, conclude(one)))
        CliRunner().invoke(cli, ["gate", *words], catch_exceptions=False)
    return folder / "reports" / "data-generate"


def test_what_the_gate_recorded_is_judged_again(gated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Budgets and the baseline's figures too, without the files that held them."""
    Path("genaudit.toml").unlink()
    Path("genaudit-baseline.json").unlink()
    written = json.loads((gated / "report.json").read_bytes())
    again = genaudit.load(gated / "recording.json")

    assert isinstance(again, Report)
    assert json.loads(encode(again)) == written
    codes = {one["code"]: one["verdict"] for one in written["outcomes"]}
    assert (codes["GA601"], codes["GA603"], codes["GA703"]) == ("fail", "fail", "fail")
    assert report(str(gated / "recording.json"), "--out", "again").exit_code == written["exit_code"]
    assert json.loads(Path("again/data-generate/report.json").read_bytes()) == written


def test_other_budgets_can_be_tried(gated: Path) -> None:
    """Over those of then; a recording of an audit alone is held to them too."""
    for source, codes in ((gated / "recording.json", {"GA601", "GA603"}), (Path("a.json"), {"GA603"})):
        done = report(str(source), "--budget", "growth=1GiB/batch", "--out", "tried", "--exit-zero")
        (made,) = Path("tried").glob("*/report.json")
        tried = genaudit.load(made)
        assert isinstance(tried, Report)
        assert done.exit_code == 0
        found = {one.code: one.verdict for one in tried.outcomes if one.code.startswith("GA6")}
        assert set(found) == codes
        assert found["GA603"] is Verdict.PASS


def test_terms_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    broken = msgspec.structs.replace(leaking(), terms={"budgets": 3})
    (tmp_path / "x.json").write_bytes(encode(broken))

    with pytest.raises(RecordingError, match="terms"):
        genaudit.load(tmp_path / "x.json")
