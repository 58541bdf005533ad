"""Which lines a suppression answers for."""

from __future__ import annotations

import textwrap

import pytest

from genaudit.lint import lint_source
from genaudit.lint.files.suppress import find, split

CODES = {"eager-load": "GA101", "eager-init": "GA102"}
EAGER = """
import cv2

def g(paths):
    {above}
    images = [
        cv2.imread(p)
        for p in paths
    ]  {behind}
    yield from images
"""


def linted(above: str = "pass", behind: str = "") -> list[str]:
    return [outcome.code for outcome in lint_source(EAGER.format(above=above, behind=behind), "eager.py")]


@pytest.mark.parametrize(
    ("above", "behind"),
    [
        pytest.param("pass", "# genaudit: ignore[GA101]", id="behind the statement"),
        pytest.param("pass", "# genaudit: ignore[eager-load] -- 40 icons", id="by name, with a reason"),
        pytest.param("pass", "# genaudit:ignore[ GA101 , GA103 ]  # noqa", id="several"),
        pytest.param("# genaudit: ignore[GA101]", "", id="above the statement"),
        pytest.param("# genaudit: file-ignore[GA101] -- toy data", "", id="for the file"),
    ],
)
def test_answered_for(above: str, behind: str) -> None:
    """The finding is gone; what else the comment names stays to be told."""
    assert "GA101" not in linted(above, behind)


@pytest.mark.parametrize(
    ("above", "behind", "codes"),
    [
        pytest.param("pass", "# genaudit: ignore[GA102]", ["GA101", "GA903"], id="another rule"),
        pytest.param("pass", "# genaudit: ignore", ["GA101", "GA903"], id="no rule"),
        pytest.param("pass", "# genaudit: ignore[GA999]", ["GA101", "GA903"], id="no such rule"),
        pytest.param("x = 1  # genaudit: ignore[GA101]", "", ["GA101", "GA903"], id="another statement"),
        pytest.param("pass", "# genaudit: ignore[GA202]", ["GA101"], id="a rule of measuring may be used there"),
    ],
)
def test_not_answered_for(above: str, behind: str, codes: list[str]) -> None:
    """A comment that answers for nothing is told, unless only measuring could tell."""
    assert sorted(linted(above, behind)) == codes


def test_text_in_strings_is_no_comment() -> None:
    """Only comments count."""
    assert find('x = "# genaudit: ignore[GA101]"\n', CODES) == []


def test_reason_and_lines() -> None:
    """The reason is kept, and the lines are those of the statement."""
    text = textwrap.dedent(
        """\
        # genaudit: ignore[eager-load] -- small
        x = [
            1,
        ]
        """
    )
    (suppression,) = find(text, CODES)

    assert (suppression.first, suppression.last, suppression.codes, suppression.reason) == (2, 4, ("GA101",), "small")


def test_split_tells_used_from_unused() -> None:
    """Each finding is suppressed or not, and each comment used or not."""
    text = "x = 1  # genaudit: ignore[GA101]\ny = 2  # genaudit: ignore[GA102]\n"
    suppressed, unused = split(text, [("GA101", 1, 1), ("GA101", 2, 2)], CODES)

    assert suppressed == [True, False]
    assert [suppression.line for suppression in unused] == [2]


@pytest.mark.parametrize(
    "text", ["x = (\n# genaudit: ignore[GA101]\n", "'''\n# genaudit: ignore[GA101]", "\tx\n y # genaudit: ignore[a]"]
)
def test_broken_text_raises_nothing(text: str) -> None:
    """What cannot be split into tokens is read as far as it goes."""
    assert isinstance(find(text, CODES), list)
