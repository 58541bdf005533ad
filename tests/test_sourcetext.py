"""Every text comes back as a tree, or with the reason why not."""

import pytest

from genaudit import sourcetext
from genaudit.sourcetext import UnreadableTextError, lines_of, parse, tree_of, why_unread

UNREAD = {
    "x = " + "a+" * 1_000 + "a\n": "too-nested",
    "x = " + "a+" * 20_000 + "a\n": "too-nested",
    "x = " + "(" * 1_000 + ")" * 1_000 + "\n": "too-nested",
    "if a: pass\n" + "elif a: pass\n" * 400: "too-nested",
    "".join(" " * n + "if a:\n" for n in range(101)) + " " * 101 + "pass\n": "too-nested",
    "x = '\0'\n": "syntax-error",
    "x = (\n": "syntax-error",
}


@pytest.mark.parametrize("text", UNREAD, ids=lambda text: text[:12])
def test_what_cannot_be_read(text: str) -> None:
    """With its slug; what Python would run all the same is worth a note."""
    with pytest.raises(UnreadableTextError) as raised:
        parse(text)

    assert raised.value.slug == UNREAD[text]
    assert tree_of(text) is None
    assert (why_unread(text) is None) == (raised.value.slug == "syntax-error")


def test_a_text_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not even parsed."""
    monkeypatch.setattr(sourcetext, "MOST_CHARACTERS", 10)

    assert why_unread("x = 1\n") is None
    assert "more than 10" in (why_unread("x = 1234567890\n") or "")


def test_ordinary_long_texts_are_read() -> None:
    """Long lines, many branches, many lines."""
    text = f"x = {'1' * 1000!r}\n" + "y = [" + "1, " * 10_000 + "]\n" + "if a: pass\nelif b: pass\n" * 200

    assert why_unread(text) is None
    assert len(parse(text).body) == 202


def test_lines_are_pythons() -> None:
    """What ``str.splitlines`` takes for the end of a line may stand in a string."""
    text = "a = '\x0c\x1c\u2028'\nb = 1\n"

    assert lines_of(text) == ["a = '\x0c\x1c\u2028'", "b = 1"]
    assert lines_of("") == []
