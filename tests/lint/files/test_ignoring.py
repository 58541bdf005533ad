"""Comments that are written: where they answer for their finding, and the program stays what it was."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from genaudit.lint.files.ignoring import answered
from genaudit.lint.files.suppress import logical_lines, split
from genaudit.sourcetext import tree_of

CODES = {"eager-load": "GA101", "whole-file-read": "GA103"}
CORPUS = sorted((Path(__file__).parents[1] / "corpus").rglob("*.py"))


@pytest.mark.parametrize(
    ("before", "line", "after"),
    [
        pytest.param("x = load()\n", 1, "x = load()  # genaudit: ignore[GA101]\n", id="a statement"),
        pytest.param("x = load()", 1, "x = load()  # genaudit: ignore[GA101]", id="no line end at the end"),
        pytest.param("x = load()   \n", 1, "x = load()  # genaudit: ignore[GA101]\n", id="blanks behind it"),
        pytest.param(
            "x = load()  # noqa: E501\n", 1, "x = load()  # noqa: E501  # genaudit: ignore[GA101]\n", id="a comment"
        ),
        pytest.param("x = [\n    load(p)  # each\n    for p in ps\n]\n", 2, None, id="several lines"),
        pytest.param("x = 1 + \\\n    load(p)\ny = 1\n", 1, None, id="a line that goes on"),
        pytest.param('x = load("""\na\n""")\n', 1, None, id="a string of several lines"),
        pytest.param('x = load("""# not a comment\n# nor this\n""", """\n# end""")\n', 2, None, id="inside a string"),
        pytest.param("for x in [load(p) for p in ps]:\n    pass\n", 1, None, id="the head of a block"),
        pytest.param("if a: x = load(p)\n", 1, None, id="a block on one line"),
        pytest.param("x = 1; y = load(p)\n", 1, None, id="two statements on one line"),
        pytest.param("@cache\n# a comment\ndef f(p):\n    return load(p)\n", 1, None, id="a decorator"),
        pytest.param("def f(p):\n\treturn load(p)\n", 2, None, id="tabs"),
        pytest.param("x = load()\f\ny = 1\n", 1, None, id="a form feed"),
        pytest.param(
            "x = load()  # genaudit: ignore[GA103] -- few\n",
            1,
            "x = load()  # genaudit: ignore[GA103, GA101] -- few\n",
            id="another rule is answered for, with a reason",
        ),
        pytest.param(
            "x = load()  # é genaudit: no\ny = f(  # genaudit: ignore[GA103]\n    load()\n)\n",
            3,
            "x = load()  # é genaudit: no\ny = f(  # genaudit: ignore[GA103, GA101]\n    load()\n)\n",
            id="on another line of the statement",
        ),
        pytest.param(
            "x = load()  # genaudit: ignore -- few\n",
            1,
            "x = load()  # genaudit: ignore[GA101] -- few\n",
            id="a comment that names no rule",
        ),
        pytest.param(
            "if a:\n    x = load()  # genaudit: file-ignore[GA103]\n",
            2,
            "if a:\n    # genaudit: ignore[GA101]\n    x = load()  # genaudit: file-ignore[GA103]\n",
            id="a comment about the file",
        ),
        pytest.param(
            "# genaudit: ignore[GA103]\nx = load()\n",
            2,
            "# genaudit: ignore[GA103]\nx = load()  # genaudit: ignore[GA101]\n",
            id="a comment above",
        ),
    ],
)
def test_a_comment_answers_and_changes_nothing(before: str, line: int, after: str | None) -> None:
    """The program is the same, the finding is suppressed, and a second call finds it so."""
    done = answered(before, [("GA101", line)])

    assert after is None or done.text == after
    assert done.added == {("GA101", line)}
    assert ast.dump(ast.parse(done.text)) == ast.dump(ast.parse(before))
    moved = line + done.text.count("\n") - before.count("\n")
    assert split(done.text, [("GA101", moved, moved)], CODES)[0] == [True]


def test_several_findings() -> None:
    """Of one statement in one comment; of several, each where it belongs."""
    done = answered("x = load()\ny = 1\nz = load()\n", [("GA103", 1), ("GA101", 1), ("GA101", 3)])

    assert done.text == "x = load()  # genaudit: ignore[GA101, GA103]\ny = 1\nz = load()  # genaudit: ignore[GA101]\n"


@pytest.mark.parametrize("text", ["def (\n", "x = '''\n", ""])
def test_what_is_no_python_stays(text: str) -> None:
    """And nothing is said to be answered for."""
    done = answered(text, [("GA101", 1)])

    assert (done.text, done.added) == (text, frozenset())


@pytest.mark.parametrize("path", CORPUS[::5], ids=lambda path: path.name)
def test_every_statement_of_a_corpus(path: Path) -> None:
    """A comment at each of them: the program is the same, each answers, and a second call would add to none."""
    text = path.read_text(encoding="utf-8")
    before = tree_of(text)
    if before is None:
        pytest.skip("it is there because it is no Python of today")
    lines = [logical.first for logical in logical_lines(text) if logical.has_code]

    done = answered(text, [("GA101", line) for line in lines])

    assert len(done.added) == len(lines) > 0
    after = tree_of(done.text)
    assert after is not None
    assert ast.dump(after) == ast.dump(before)
    now = [logical.first for logical in logical_lines(done.text) if logical.has_code]
    suppressed, unused = split(done.text, [("GA101", line, line) for line in now], CODES)
    assert all(suppressed)
    assert [comment for comment in unused if "GA101" in comment.codes] == []
    assert answered(done.text, [("GA101", line) for line in now]).text == done.text
