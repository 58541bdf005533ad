"""A proven fix as suggestions: taken together they are the change."""

import difflib
import json
import textwrap

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genaudit.model.fix import Change, Fix, Verified
from genaudit.render.ci.suggestions import Piece, pieces, render_suggestions
from tests import build_report as made

BEFORE = """\
import numpy as np

def generate(paths):
    images = [np.load(path) for path in paths]
    for image in images:
        yield image
"""
AFTER = """\
import numpy as np

def generate(paths):
    for path in paths:
        yield np.load(path)
    # done
"""
VERIFIED = Verified(batches=26, same=True, epochs=2, bytes_before=196608.0, bytes_after=0.0, unit="bytes/item")


def diff(before: str, after: str, context: int = 3) -> str:
    """As a fix has it."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return "".join(difflib.unified_diff(old, new, "a/data.py", "b/data.py", n=context))


def taken(before: str, suggested: list[Piece]) -> str:
    """The text when all suggestions are taken, the last first."""
    lines = before.splitlines()
    for piece in sorted(suggested, key=lambda piece: -piece.first):
        lines[piece.first - 1 : piece.last] = piece.lines
    return "".join(f"{line}\n" for line in lines)


def test_all_of_them_are_the_change() -> None:
    """Lines around it are left out."""
    found = pieces(diff(BEFORE, AFTER))

    assert taken(BEFORE, found) == AFTER
    assert [(piece.first, piece.last) for piece in found] == [(4, 6)]


@pytest.mark.parametrize("context", [1, 3])
@settings(deadline=None)
@given(
    old=st.lists(st.sampled_from("abcd"), min_size=1, max_size=12), new=st.lists(st.sampled_from("abcd"), max_size=12)
)
def test_whatever_changes(context: int, old: list[str], new: list[str]) -> None:
    """Pieces that are added, at the top and at the end as well, and pieces that go."""
    before, after = ("".join(f"{line}\n" for line in lines) for lines in (old, new))
    assert taken(before, pieces(diff(before, after, context))) == after


def test_the_review() -> None:
    """What the API of GitHub takes, with the proof and each piece in a fence."""
    change = Change(
        code="GA101",
        name="eager-load",
        message="",
        rewrite="load-where-used",
        summary="loads an image where it is used",
        verified=VERIFIED,
    )
    fix = Fix(diff=diff(BEFORE, AFTER), verified=VERIFIED, paths=["data.py"], changes=[change])
    review = json.loads(render_suggestions(msgspec.structs.replace(made.clean(), fix=fix)))

    assert review["event"] == "COMMENT"
    assert "loads an image where it is used" in review["body"]
    assert "the same 26 batches" in review["body"]
    (comment,) = review["comments"]
    assert {name: comment[name] for name in ("path", "side", "start_line", "start_side", "line")} == {
        "path": "data.py", "side": "RIGHT", "start_line": 4, "start_side": "RIGHT", "line": 6,
    }  # fmt: skip
    assert comment["body"] == textwrap.dedent("""\
        ```suggestion
            for path in paths:
                yield np.load(path)
            # done
        ```""")


def test_a_fence_in_the_text_ends_no_suggestion() -> None:
    fix = Fix(diff=diff("a\nb\n", "a\n```\n"), verified=VERIFIED)
    (comment,) = json.loads(render_suggestions(msgspec.structs.replace(made.clean(), fix=fix)))["comments"]

    assert comment["body"] == "````suggestion\n```\n````"
    assert "start_line" not in comment
