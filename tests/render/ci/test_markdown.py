"""Reports as Markdown, read by a parser of it."""

import msgspec
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from genaudit.model import Report
from genaudit.render.ci.markdown import render_markdown
from tests import build_report as made

PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")


def tokens(*reports: Report, most_bytes: int = 900_000) -> list[Token]:
    flat: list[Token] = []
    for token in PARSER.parse(render_markdown(*reports, most_bytes=most_bytes).decode()):
        flat += [token, *(token.children or [])]
    return flat


def texts(found: list[Token]) -> str:
    return "".join(token.content for token in found if token.type in {"text", "fence"})


@pytest.mark.parametrize("name", made.STANDARD)
def test_nothing_of_a_report_becomes_markup(name: str) -> None:
    """No HTML, no link, no picture, whatever a path or a message holds; and the tables stay whole."""
    found = tokens(made.STANDARD[name]())

    assert not [one for one in found if one.type in {"html_block", "html_inline", "link_open", "image", "code_inline"}]
    rows = [one for one in found if one.type == "tr_open"]
    cells = [one for one in found if one.type in {"td_open", "th_open"}]
    assert len(cells) == 3 * len(rows)


def test_what_it_says() -> None:
    report = made.leak()
    text = texts(tokens(report))

    assert report.target.spec in text
    assert report.summary.headline in text
    assert "sample_generators/leaking.py:8" in text


@pytest.mark.parametrize("most_bytes", [200_000, 20_000, 3_000, 700])
def test_it_stays_below_a_limit(most_bytes: int) -> None:
    """Mends go first, then targets without findings, then the end; the first table stays readable."""
    reports = [made.eager(), *[made.clean()] * 200, made.leak()]
    content = render_markdown(*reports, most_bytes=most_bytes)

    assert len(content) <= most_bytes
    assert content.startswith(b"## genaudit")


def test_a_fence_inside_a_mend_does_not_end_it() -> None:
    outcome = msgspec.structs.replace(
        next(one for one in made.leak().outcomes if one.is_finding), fix="```\nx = 1\n```"
    )
    found = tokens(msgspec.structs.replace(made.clean(), outcomes=[outcome]))

    assert [one.content for one in found if one.type == "fence"] == ["```\nx = 1\n```\n"]
