"""Lines that are read where they are asked for are the lines that the list had."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.index_lines import IndexLines
from tests.fix.rewrites.rewriting import refused, rewritten

REWRITE = IndexLines()

WAYS = {
    "readlines": 'with open(path, encoding="utf-8") as file:\n        lines = file.readlines()  # here',
    "list": "with open(path) as file:\n        lines = list(file)  # here",
    "splitlines": 'with open(path, "r") as file:\n        lines = file.read().splitlines()  # here',
    "split": 'lines = open(path).read().split("\\n")  # here',
    "path": 'lines = Path(path).read_text(encoding="utf-8").splitlines()  # here',
    "of each line": "with open(path) as file:\n        lines = [json.loads(line) for line in file]  # here",
    "of each line in turn": (
        "lines = []\n    with open(path) as file:\n        for row in file:\n"
        "            lines.append(row.strip().split(','))  # here"
    ),
    "open in place": "lines = [len(line) for line in open(path)]  # here",
}
TEXTS = ["", "1\n", "1", "1\n2\n\n3", "1\r\n2\r\n", "é\n10\n", "\n\n"]


def made(text: str, path: Path) -> list[Any]:
    """What a function of a text reads, by place and in turn."""
    space: dict[str, Any] = {}
    exec(text, space)
    lines = space["read"](path)
    assert list(lines) == [lines[at] for at in range(len(lines))] == lines[:] == lines[0 : len(lines)]
    assert [lines[-1 - at] for at in range(len(lines))] == lines[::-1]
    return list(lines)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("content", TEXTS)
def test_the_lines_are_the_same(way: str, content: str, tmp_path: Path) -> None:
    if "json" in way:
        content = content.replace("é", "7").replace("\n\n", "\n").lstrip("\n")
    path = tmp_path / "lines.txt"
    path.write_bytes(content.encode())
    before = f"import json\nfrom pathlib import Path\n\n\ndef read(path):\n    {way}\n    return lines\n"
    # What a function returns may be used as any list.
    assert "hands it on" in refused(REWRITE, before)

    after = rewritten(REWRITE, before.replace("return lines", "return [lines[0:][at] for at in range(len(lines))]"))

    after = after.replace("return [lines[0:][at] for at in range(len(lines))]", "return lines")
    assert made(after, path) == made(before, path)


@pytest.mark.parametrize(("way", "content"), [("readlines", "1\r2\n"), ("splitlines", "1\x0c2\n"), ("split", "1\r2\n")])
def test_a_line_end_that_is_no_line_feed_is_said(way: str, content: str, tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_bytes(content.encode())
    before = f"def read(path):\n    {WAYS[way]}\n    print(lines[0])\n"
    space: dict[str, Any] = {}
    exec(rewritten(REWRITE, before), space)

    with pytest.raises(ValueError, match=r"carriage return|separator"):
        space["read"](path)


def test_an_attribute() -> None:
    text = rewritten(
        REWRITE,
        """
        class Texts:
            def __init__(self, path):
                self.rows = []  # one for each text
                with open(path) as file:
                    for line in file:  # here
                        self.rows.append(line.strip())

            def __len__(self):
                return len(self.rows)

            def __getitem__(self, index):
                return self.rows[index]
        """,
    )

    assert "    def __init__(self, path):\n        self.rows = Lines(path)\n\n    def __len__" in text
    assert text.index("class Lines:") < text.index("class Texts:")


def test_its_class_has_a_name_of_its_own() -> None:
    text = rewritten(REWRITE, "Lines = 3\n\ndef f(p):\n    x = list(open(p))  # here\n    return x[0]\n")

    assert "class Lines_:" in text
    assert "x = Lines_(p)" in text


NOT = {
    "bytes": ('open(path, "rb").readlines()', "x[0]", "leaves open where its lines begin"),
    "another encoding": ('open(path, encoding="utf-16").readlines()', "x[0]", "leaves open"),
    "an encoding that nobody knows yet": ("open(path, encoding=code).readlines()", "x[0]", "leaves open"),
    "its own line ends": ('open(path, newline="").readlines()', "x[0]", "leaves open"),
    "archives": ("gzip.open(path).readlines()", "x[0]", "leaves open"),
    "sorted": ("open(path).readlines()", "x.sort()", "to be a list"),
    "shuffled": ("open(path).readlines()", "random.shuffle(x)", "to be a list"),
    "written to": ("open(path).readlines()", "x.__setitem__(0, 1)", "to be a list"),
    "an entry changed": ("[json.loads(row) for row in open(path)]", "exec('x[0]'); x[0]['a'] = 1", "to be a list"),
    "of more than the line": ("[row + path for row in open(path)]", "x[0]", "more than the line"),
    "random": ("[random.choice(row) for row in open(path)]", "x[0]", "more than the line"),
    "some of the lines": ("[row for row in open(path) if row]", "x[0]", "no list of all lines"),
}


@pytest.mark.parametrize(("value", "use", "reason"), NOT.values(), ids=NOT)
def test_what_is_no_list_of_lines_or_needs_to_be_one(value: str, use: str, reason: str) -> None:
    before = f"import gzip, json, random\n\ndef f(path, code):\n    x = {value}  # here\n    {use}\n"

    assert reason in refused(REWRITE, textwrap.dedent(before))


def test_a_file_that_is_read_further() -> None:
    before = "def f(p):\n    with open(p) as g:\n        head = next(g)\n        x = list(g)  # here\n    return x[0]\n"

    assert "no list of all lines" in refused(REWRITE, before)
