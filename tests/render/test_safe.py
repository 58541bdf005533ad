"""Strings of the user's are harmless wherever they appear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaudit.masking import mask
from genaudit.model import codec
from genaudit.render.safe import encodable_report, one_line, printable, printable_report, shorten_left
from tests.build_report import eager, hostile


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("plain\ttext\n", "plain\ttext\n", id="lines and tabs stay"),
        pytest.param("\x1b[2J", "\\x1b[2J", id="a terminal escape"),
        pytest.param("\x9b31m", "\\x9b31m", id="its one-byte form"),
        pytest.param("a\rb\x07", "a\\x0db\\x07", id="carriage return and bell"),
        pytest.param("\u202egpj.exe", "\\u202egpj.exe", id="text turned round"),
        pytest.param("\u2066x\u2069", "\\u2066x\\u2069", id="isolates"),
        pytest.param("\ud800", "\\ud800", id="half a character"),
        pytest.param("Bilder/ä-日本.jpg", "Bilder/ä-日本.jpg", id="letters of any script stay"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    """What steers or reorders is written out; all else stays."""
    assert printable(text) == shown


@given(st.text())
def test_printable_is_always_printable(text: str) -> None:
    """No text leaves a control character, and once is enough."""
    shown = printable(text)

    assert not any((ord(letter) < 32 and letter not in "\n\t") or 0x7F <= ord(letter) < 0xA0 for letter in shown)
    assert printable(shown) == shown
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password=hunter2", "password=***"),
        ("--arg api_key='a b'", "--arg api_key=***"),
        ("db_password: s3cret", "db_password: ***"),
        ("token sk-0123456789abcdef0123", "token ***"),
        ("https://me:pw@example.org/x", "https://***@example.org/x"),
        ("tokenizer=bert max_tokens=512 passwords=3", "tokenizer=bert max_tokens=512 passwords=3"),
        ("secretary=Ann key=3", "secretary=Ann key=3"),
    ],
)
def test_mask_secrets(text: str, shown: str) -> None:
    """Values of keys and passwords go; names that only look alike keep theirs."""
    assert mask(text) == shown


def test_secrets_leave_every_report() -> None:
    """A secret among the arguments is in no form of the report, nor in a mapping by its name."""
    for changed in (printable_report(hostile()), encodable_report(hostile())):
        text = codec.encode(changed).decode()

        assert "correct horse" not in text
        assert "sk-0123456789" not in text
        assert changed.target.arguments["password"] == "***"


def test_harmless_reports_stay_as_they_are() -> None:
    """Nothing is changed that need not be."""
    assert printable_report(eager()) == eager()
    assert encodable_report(eager()) == eager()


def test_long_strings_are_bounded() -> None:
    """A line of 20,000 letters, or a text of many lines, does not make a report of any size."""
    changed = printable_report(hostile())

    assert max(len(line) for one in changed.sources for line in one.lines) <= 400
    assert max(len(line) for line in (changed.outcomes[0].fix or "").splitlines()) <= 400


def test_one_line_and_shorten_left() -> None:
    """Cuts are marked, on the side that says less."""
    assert one_line("a\n  b", 3) == "a b"
    assert shorten_left("a/very/long/path.py:12", 11) == "…path.py:12"
