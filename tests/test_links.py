"""Places as hyperlinks of a terminal: where it has them, and nothing else about the text changes."""

import io
import re
import socket
from pathlib import Path

import click
import msgspec
import pytest

from genaudit.cli.support.output import Delivery, deliver, echo_path
from genaudit.display import wants_links
from genaudit.model.outcome import Location
from genaudit.render.terminal.links import linked
from tests.build_report import eager, hostile
from tests.comparison.build import comparison

VARIABLES = ("CI", "TMUX", "STY", "TERM_PROGRAM", "VTE_VERSION", "WT_SESSION", "KONSOLE_VERSION", "DOMTERM")
LINK = re.compile(r"\x1b]8;;([^\x1b]*)\x1b\\(.*?)\x1b]8;;\x1b\\")


class Terminal(io.StringIO):
    """A terminal that keeps what it was sent."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the file that the report names, and a terminal that has links."""
    monkeypatch.chdir(tmp_path)
    for name in (*VARIABLES, "FORCE_HYPERLINK", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-kitty")
    monkeypatch.setenv("COLUMNS", "100")
    Path("sample_generators").mkdir()
    Path("sample_generators/inefficient.py").write_text("pass\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("variables", "links"),
    [
        ({}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM_PROGRAM": "vscode"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"VTE_VERSION": "6800"}, True),
        ({"VTE_VERSION": "4205"}, False),
        ({"VTE_VERSION": "new"}, False),
        ({"WT_SESSION": "1"}, True),
        ({"WT_SESSION": "1", "TMUX": "1"}, False),
        ({"WT_SESSION": "1", "CI": "true"}, False),
        ({"FORCE_HYPERLINK": "1"}, True),
        ({"FORCE_HYPERLINK": "0", "WT_SESSION": "1"}, False),
    ],
)
def test_which_terminals_have_links(
    here: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], links: bool
) -> None:
    """Those that are known to; a file never, unless it is forced."""
    for name, value in {"TERM": "xterm-256color", **variables}.items():
        monkeypatch.setenv(name, value)

    assert wants_links(Terminal()) is links
    assert wants_links(io.StringIO()) is (variables.get("FORCE_HYPERLINK") == "1")


def test_a_place_leads_to_its_line(here: Path) -> None:
    """With the name of the machine; the words, and how wide they are, stay as they are."""
    terminal, plain = Terminal(), io.StringIO()
    eager().print(terminal)
    eager().print(plain)
    text = re.sub(r"\x1b\[[\d;]*m", "", terminal.getvalue())
    found = LINK.findall(text)

    path = (here / "sample_generators/inefficient.py").as_uri().removeprefix("file://")
    assert found[0] == (f"file://{socket.gethostname()}{path}#9", "sample_generators/inefficient.py:9")
    assert LINK.sub(r"\2", text).split() == plain.getvalue().split()


def test_a_file_that_is_not_here_is_no_link(here: Path) -> None:
    """As in the report of another machine."""
    Path("sample_generators/inefficient.py").unlink()
    terminal = Terminal()
    eager().print(terminal)
    comparison().print(terminal)

    assert "\x1b]8" not in terminal.getvalue()


def test_names_that_could_steer_a_terminal_are_no_links(here: Path) -> None:
    """Nothing but our own escapes is sent, whatever a file is called."""
    odd = "a\x1b]8;;http:\x07b é.py"
    Path(odd).write_text("pass\n", encoding="utf-8")
    places = [msgspec.structs.replace(one, location=Location(path=odd, line=3)) for one in hostile().outcomes]
    terminal = Terminal()
    msgspec.structs.replace(hostile(), outcomes=places).print(terminal)
    text = re.sub(r"\x1b\[[\d;]*m", "", terminal.getvalue())

    assert "\x07" not in text
    assert "\x1b" not in LINK.sub("", text)


def test_a_place_inside_of_another_is_left_alone() -> None:
    addresses = {"a.py:3": "x:1", "b/a.py:3": "x:2"}

    assert LINK.findall(linked("a.py:3 a.py:34 b/a.py:3 c/a.py:3 (a.py:3)", addresses)) == [
        ("x:1", "a.py:3"),
        ("x:2", "b/a.py:3"),
        ("x:1", "a.py:3"),
    ]


def test_the_files_that_were_written_are_links(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is one click away; without links the line is what it always was."""
    said: list[str] = []
    monkeypatch.setattr(click, "echo", lambda text="", **_: said.append(str(text)))
    page = here / "report.html"
    page.write_text("", encoding="utf-8")
    echo_path(page)
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    echo_path(page)
    echo_path(here / "gone.html")

    plain, link, gone = said
    assert plain == f"  {page}"
    assert LINK.sub(r"\2", link) == plain
    assert LINK.findall(link)[0][0].endswith("/report.html")
    assert gone == f"  {here / 'gone.html'}"


def test_a_delivery_to_a_pipe_has_no_links(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deliver(eager(), None, Delivery(out=here / "out", write=("json",)))

    assert "\x1b" not in capsys.readouterr().out
