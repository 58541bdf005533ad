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

    assert out.startswith("eager.py:5:9: error GA101 eager-load: g keeps what cv2.imread returns for every item")
    assert ">     5 |     x = [cv2.imread(p) for p in paths]" in out
    assert "fix: " in out
    assert "broken.py:1: not audited: syntax error" in err
    assert err.endswith("1 error in 1 generator or data set (2 files, 7 lines)\n")


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

    place = json.loads(texts["json"])["outcomes"][0]["location"]
    assert (place["line"], place["column"], place["cell"]) == (5, 9, None)
    (result,) = json.loads(texts["sarif"])["runs"][0]["results"]
    assert result["ruleId"] == "GA101"
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 5, "startColumn": 9, "endLine": 5}
    assert texts["github"].startswith("::error file=eager.py,line=5,endLine=5,col=9,title=GA101 eager-load::g keeps")
    assert json.loads(texts["gitlab"])[0]["location"] == {
        "path": "eager.py",
        "lines": {"begin": 5},
        "positions": {"begin": {"line": 5, "column": 9}},
    }
    assert len(list(ET.fromstring(texts["junit"]).iter("failure"))) == 1


NOTED = "from PIL import Image\n\n\ndef g(paths):\n    for p in paths:\n        yield Image.open(p)\n"


def test_people_ask_for_notes_and_machines_get_them(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line says how many there are, and what shows them."""
    (project / "eager.py").write_text(NOTED)

    assert run("eager.py", "--output", "sarif=out.sarif", "--output", "text=out.txt") == 0
    out, err = capsys.readouterr()
    assert out == (project / "out.txt").read_text() == ""
    assert err.splitlines() == [
        "no errors or warnings in 1 generator or data set (1 file, 6 lines)",
        "1 note not shown: --notes shows them",
    ]
    assert len(json.loads((project / "out.sarif").read_text())["runs"][0]["results"]) == 1

    assert run("eager.py", "--notes") == 0
    out, err = capsys.readouterr()
    assert out == "eager.py:6:15: note GA502 file-leak: PIL.Image.open is not closed\n"
    assert "not shown" not in err
    for form, found in (("json", '"GA502"'), ("github", "::notice "), ("gitlab", '"GA502"'), ("junit", "GA502")):
        assert run("eager.py", "--format", form) == 0
        assert found in capsys.readouterr().out
        assert run("eager.py", "--no-notes", "--format", form) == 0
        assert found not in capsys.readouterr().out


def test_notes_of_the_configuration(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who always wants them says so once."""
    (project / "eager.py").write_text(NOTED)
    (project / "genaudit.toml").write_text("[lint]\nnotes = true\n")

    assert run("eager.py") == 0
    assert "note GA502" in capsys.readouterr().out


def test_concise_is_a_line_each_and_no_more(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Place, code and message, as editors read them; the exit code is the same."""
    (project / "noted.py").write_text(NOTED)
    (project / "broken.py").unlink()

    assert run("--format", "concise") == 1
    eager = "eager.py:5:9: GA101 g keeps what cv2.imread returns for every item, before the first batch\n"
    assert capsys.readouterr() == (eager, "")
    assert run("--format", "concise", "--notes") == 1
    assert capsys.readouterr().out == eager + "noted.py:6:15: GA502 PIL.Image.open is not closed\n"


def test_columns_are_counted_in_characters(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Python counts bytes; editors do not."""
    (project / "eager.py").write_text(EAGER.replace("    x = [", "    é = 'é'; x = ["))

    assert run("eager.py", "--format", "concise") == 1
    assert capsys.readouterr().out.startswith("eager.py:5:18: GA101 ")


def write_notebook(path: Path, *cells: str) -> None:
    body = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    path.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": "# title"}, *body]}))


def test_a_notebook_is_told_by_cell_and_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In all formats; a line of a cell is none of the file, so that machines are given the file and the words."""
    head, rest = EAGER.split("\n\n\n")
    write_notebook(project / "book.ipynb", "%matplotlib inline\n" + head, "def (\n", rest)

    assert run("book.ipynb") == 1
    out, err = capsys.readouterr()
    assert out.startswith("book.ipynb:cell 3:2:9: error GA101 ")
    assert ">     2 |     x = [cv2.imread(p) for p in paths]" in out
    assert "book.ipynb:cell 2:1: not audited: this cell was left out: syntax error" in err
    assert run("book.ipynb", "--format", "concise") == 1
    assert capsys.readouterr().out.startswith("book.ipynb:cell 3:2:9: GA101 g keeps")
    assert run("book.ipynb", "--format", "github") == 1
    start = "::error file=book.ipynb,line=1,endLine=1,title=GA101 eager-load::cell 3:2:9: g keeps"
    assert capsys.readouterr().out.startswith(start)
    assert run("book.ipynb", "--format", "sarif") == 1
    (log,) = json.loads(capsys.readouterr().out)["runs"]
    assert log["results"][0]["message"]["text"].startswith("cell 3:2:9: g keeps")
    (notification,) = log["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith("cell 2:1: this cell was left out")
    assert "region" not in notification["locations"][0]["physicalLocation"]
    assert run("book.ipynb", "--format", "json") == 1
    place = json.loads(capsys.readouterr().out)["outcomes"][0]["location"]
    assert (place["cell"], place["line"], place["end_line"], place["column"]) == (3, 2, 2, 9)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--write"], "--write is about fixes"),
        (["--cache-size", "8"], "--cache-size is about fixes"),
        (["--fix", "--add-ignore"], "--fix and --add-ignore cannot be had together"),
        (["--notes", "--no-notes"], "--notes and --no-notes cannot be had together"),
    ],
)
def test_options_that_say_nothing_so(
    project: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    """Silence would look like work that was done."""
    assert run(*options) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("eagr-load", "eager-load (GA101)"), ("GA-101", "GA101 (eager-load)"), ("unbounded_cache", "unbounded-cache")],
)
def test_a_wrong_name_is_answered_with_the_nearest(
    project: Path, capsys: pytest.CaptureFixture[str], typed: str, meant: str
) -> None:
    """On the command line and in a comment."""
    for option in ("--select", "--ignore"):
        assert run(option, typed) == 2
        assert f"did you mean {meant}" in capsys.readouterr().err
    (project / "eager.py").write_text(EAGER.replace("paths]", f"paths]  # genaudit: ignore[{typed}]"))
    assert run("eager.py", "--select", "GA903", "--fail-on", "warn") == 1
    out = capsys.readouterr().out
    assert (
        f"eager.py:5:41: warning GA903 unused-suppression: {typed} is no rule of genaudit: did you mean {meant}" in out
    )
    assert "fix: correct the name" in out


def test_a_name_that_is_near_to_none(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is guessed."""
    (project / "eager.py").write_text("x = 1  # genaudit: ignore[xyzzy]\n")

    assert run("eager.py") == 0
    out = capsys.readouterr().out
    assert "xyzzy is no rule of genaudit\n" in out
    assert "fix: genaudit rule lists all names" in out


def test_statistics_and_notes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts by rule; notes can be left out."""
    (tmp_path / "one.py").write_text(NOTED)

    assert run(str(tmp_path), "--statistics") == 0
    assert "     1  GA502  note     file-leak\n" in capsys.readouterr().out
    assert run(str(tmp_path), "--statistics", "--no-notes") == 0
    assert capsys.readouterr().out == ""


def test_fix_shows_a_diff_and_writes_on_demand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written without ``--write``, and the exit code is that of what the file still has."""
    pytest.importorskip("libcst")
    text = "import cv2\n\n\ndef g(paths):\n    for x in [cv2.imread(p) for p in paths]:\n        yield x\n"
    path = tmp_path / "one.py"
    path.write_text(text)

    assert run(str(path), "--fix") == 1
    out, err = capsys.readouterr()
    assert "+    for x in (cv2.imread(p) for p in paths):" in out
    assert err == "1 finding can be fixed: --write applies this\n"
    assert path.read_text() == text
    assert run(str(path), "--fix", "--write") == 0
    assert capsys.readouterr().err == "1 finding fixed\n"
    assert "(cv2.imread(p) for p in paths)" in path.read_text()
    assert run(str(path)) == 0


def test_fix_tells_what_is_left(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each finding on a line, where it is after the files were written, and the exit code says that there are some."""
    pytest.importorskip("libcst")
    fixable = "def h(paths):\n    for x in [cv2.imread(p) for p in paths]:\n        yield x\n"
    (project / "eager.py").write_text(f"import cv2\n\n\n{fixable}\n\n{EAGER}")
    left = "GA101 g keeps what cv2.imread returns for every item, before the first batch"

    assert run("eager.py", "--fix") == 1
    err = capsys.readouterr().err.splitlines()
    assert err[0] == "1 finding can be fixed: --write applies this"
    assert err[1].startswith("1 finding left, ")
    assert err[2] == f"eager.py:13:9: {left}"
    assert run("eager.py", "--fix", "--write") == 1
    err = capsys.readouterr().err.splitlines()
    assert (err[0], err[2]) == ("1 finding fixed", f"eager.py:13:9: {left}")
    assert run("eager.py", "--fix", "--write") == 1
    assert capsys.readouterr().err.startswith("nothing was fixed\n1 finding left, ")
    assert run("eager.py", "--fix", "--exit-zero") == 0


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
    monkeypatch.setattr("genaudit.cli.linting.fix._is_someone_there", lambda: True)
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


def test_comments_for_what_is_found_now(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was found is answered for, a second call has nothing to do, and a new finding is shown."""
    (project / "warned.py").write_text(WARNED.replace("np.load(path)", "np.load(\n        path\n    )"))
    (project / "noted.py").write_text(NOTED)

    assert run("--add-ignore", "--fail-on", "warn") == 0
    assert "comments added for 2 findings, in 2 files\n" in capsys.readouterr().err
    assert "paths]  # genaudit: ignore[GA101]\n" in (project / "eager.py").read_text()
    assert "    )  # genaudit: ignore[GA103]\n" in (project / "warned.py").read_text()
    assert (project / "noted.py").read_text() == NOTED
    texts = [path.read_text() for path in sorted(project.glob("*.py"))]
    assert run("--add-ignore", "--fail-on", "warn") == 0
    assert "no comment was added" in capsys.readouterr().err
    assert [path.read_text() for path in sorted(project.glob("*.py"))] == texts
    assert run("--fail-on", "warn") == 0
    assert "2 suppressed" in capsys.readouterr().err

    (project / "new.py").write_text(EAGER)
    assert run() == 1
    assert capsys.readouterr().out.count("error GA101") == 1
    assert run("noted.py", "--notes", "--add-ignore") == 0
    assert "yield Image.open(p)  # genaudit: ignore[GA502]\n" in (project / "noted.py").read_text()


def test_what_gets_no_comment(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Notebooks, and comments that are wrong, are named with the reason, and the exit code counts them."""
    write_notebook(project / "book.ipynb", EAGER)
    before = (project / "book.ipynb").read_bytes()
    (project / "eager.py").write_text("x = 1  # genaudit: ignore[GA101]\n")

    assert run("book.ipynb", "eager.py", "--add-ignore") == 1
    err = capsys.readouterr().err
    assert "no comment was added\n" in err
    assert "1 finding left: notebooks are not written; put the comment into the cell" in err
    assert "book.ipynb:cell 1:5:9: GA101" in err
    assert "1 finding left: no comment answers for a comment; correct it or remove it\neager.py:1:8: GA903" in err
    assert (project / "book.ipynb").read_bytes() == before
    assert run("eager.py", "--add-ignore") == 0


def test_comments_keep_line_ends_and_encoding(project: Path) -> None:
    """Of a file from Windows, in another encoding than UTF-8."""
    raw = ("# -*- coding: latin-1 -*-\n# é\n" + EAGER).replace("\n", "\r\n").encode("latin-1")
    (project / "eager.py").write_bytes(raw)

    assert run("eager.py", "--add-ignore") == 0
    assert (project / "eager.py").read_bytes() == raw.replace(b"paths]", b"paths]  # genaudit: ignore[GA101]")
