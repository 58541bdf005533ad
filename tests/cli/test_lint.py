"""``genaudit lint`` from the outside."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from genaudit.cli.main import main

EAGER = "import cv2\n\n\ndef g(paths):\n    x = [cv2.imread(p) for p in paths]\n    yield x[0]\n"
WARNED = "import numpy as np\n\n\ndef g(path):\n    x = np.load(path)\n    yield x[0]\n"


def run(*args: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(["lint", *args])
    return int(stopped.value.code or 0)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "eager.py").write_text(EAGER)
    (tmp_path / "broken.py").write_text("def (\n")
    return tmp_path


def test_finding_with_its_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Place, level, rule, the line itself and what to do on stdout; talk on stderr; exit 1."""
    assert run() == 1
    out, err = capsys.readouterr()

    assert out.startswith("eager.py:5: error GA101 eager-load: g keeps what cv2.imread returns for every item")
    assert ">     5 |     x = [cv2.imread(p) for p in paths]" in out
    assert "fix: " in out
    assert "broken.py:1: not audited: syntax error" in err
    assert "1 error in 1 generators and data sets (2 files, 7 lines)" in err


@pytest.mark.parametrize(
    ("source", "options", "code"),
    [
        pytest.param("x = 1\n", [], 0, id="clean"),
        pytest.param(WARNED, [], 0, id="a warning does not fail"),
        pytest.param(WARNED, ["--fail-on", "warn"], 1, id="unless asked"),
        pytest.param(EAGER, ["--fail-on", "never"], 0, id="never"),
        pytest.param(EAGER, ["--exit-zero"], 0, id="exit zero"),
        pytest.param(EAGER, ["--ignore", "GA101"], 0, id="ignored"),
        pytest.param(EAGER, ["--select", "GA2,GA3"], 0, id="not selected"),
        pytest.param(EAGER, ["--per-path-ignore", "one.py:GA101"], 0, id="per path"),
        pytest.param(EAGER, ["--select", "GA7"], 2, id="no such rule"),
        pytest.param(EAGER, ["--per-path-ignore", "GA101"], 2, id="no pattern"),
        pytest.param(EAGER, ["--output", "pdf=x"], 2, id="no such format"),
        pytest.param(EAGER, ["--extend-exclude", "one.py"], 5, id="nothing left"),
    ],
)
def test_exit_code(tmp_path: Path, source: str, options: list[str], code: int) -> None:
    """As promised in the help."""
    (tmp_path / "one.py").write_text(source)

    assert run(str(tmp_path), *options) == code


def test_missing_path(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, with the name."""
    assert run("nowhere") == 2
    assert "nowhere does not exist" in capsys.readouterr().err


def test_formats(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each format parses and holds the finding."""
    wanted = ["json", "sarif", "github", "gitlab", "junit"]
    assert run("eager.py", *[part for form in wanted for part in ("--output", f"{form}=out.{form}")]) == 1
    capsys.readouterr()
    texts = {form: (project / f"out.{form}").read_text() for form in wanted}

    assert json.loads(texts["json"])["outcomes"][0]["location"]["line"] == 5
    assert json.loads(texts["sarif"])["runs"][0]["results"][0]["ruleId"] == "GA101"
    assert texts["github"].startswith("::error file=eager.py,line=5,endLine=5,title=GA101 eager-load::g keeps")
    assert json.loads(texts["gitlab"])[0]["location"] == {"path": "eager.py", "lines": {"begin": 5}}
    assert len(list(ET.fromstring(texts["junit"]).iter("failure"))) == 1


def test_statistics_and_notes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts by rule; notes can be left out."""
    note = "from PIL import Image\n\n\ndef g(paths):\n    for p in paths:\n        yield Image.open(p)\n"
    (tmp_path / "one.py").write_text(note)

    assert run(str(tmp_path), "--statistics") == 0
    assert "     1  GA502  note     file-leak\n" in capsys.readouterr().out
    assert run(str(tmp_path), "--statistics", "--no-notes") == 0
    assert capsys.readouterr().out == ""


def test_fix_shows_a_diff_and_writes_on_demand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written without ``--write``."""
    pytest.importorskip("libcst")
    text = "import cv2\n\n\ndef g(paths):\n    for x in [cv2.imread(p) for p in paths]:\n        yield x\n"
    path = tmp_path / "one.py"
    path.write_text(text)

    assert run(str(path), "--fix") == 0
    assert "+    for x in (cv2.imread(p) for p in paths):" in capsys.readouterr().out
    assert path.read_text() == text
    assert run(str(path), "--fix", "--write") == 0
    assert "(cv2.imread(p) for p in paths)" in path.read_text()
    assert run(str(path)) == 0


MEMO = "import functools\nimport cv2\n\n\n@functools.cache\ndef load(path):\n    return cv2.imread(path)\n"


@pytest.mark.parametrize(
    ("typed", "fixed"),
    [pytest.param("32\n", "+@functools.lru_cache(maxsize=32)", id="a number"), pytest.param("0\n", "", id="none")],
)
def test_fix_asks_how_large_a_cache_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, fixed: str
) -> None:
    """Only the author knows; where nobody is there to ask, the option is named."""
    pytest.importorskip("libcst")
    path = tmp_path / "one.py"
    path.write_text(MEMO)

    assert run(str(path), "--fix") == 0
    assert "--cache-size N" in capsys.readouterr().err
    monkeypatch.setattr("genaudit.cli.lint_fix._is_someone_there", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert run(str(path), "--fix") == 0
    assert fixed in capsys.readouterr().out


def test_samples_are_judged_as_they_say(capsys: pytest.CaptureFixture[str]) -> None:
    """Each sample's ``EXPECT``, and a line that carries its mark."""
    from tests.lint.samples import expected, found

    assert found() == expected()


def test_help_shows_examples_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    """And says what the exit code depends on."""
    assert run("--help") == 0
    out = capsys.readouterr().out

    assert "\n    genaudit lint --select GA1,unbounded-cache train.py\n" in out
    assert "--fail-on [error|warn|never]" in out


@pytest.mark.parametrize(
    ("table", "options", "code"),
    [
        pytest.param('ignore = ["GA101"]', [], 0, id="ignored"),
        pytest.param('ignore = ["GA101"]', ["--isolated"], 1, id="isolated"),
        pytest.param('ignore = ["GA101"]', ["--ignore", "GA5"], 1, id="the command line wins"),
        pytest.param('fail-on = "never"', [], 0, id="fail on"),
        pytest.param('[lint.per-path-ignore]\n"eager.py" = ["eager-load"]', [], 0, id="per path"),
        pytest.param('extend-exclude = ["eager.py"]', [], 0, id="excluded"),
        pytest.param("ignore = 3", [], 2, id="wrong type"),
        pytest.param("ignored = []", [], 2, id="wrong key"),
    ],
)
def test_configuration(project: Path, table: str, options: list[str], code: int) -> None:
    """The table ``lint`` of the nearest configuration, and what was typed over it."""
    (project / "genaudit.toml").write_text(table if table.startswith("[") else f"[lint]\n{table}\n")

    assert run(*options) == code
