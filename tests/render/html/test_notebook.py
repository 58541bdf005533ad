"""The card of a report in a notebook."""

import html.parser
import re

import pytest

from genaudit.model.report import Report
from genaudit.render.html.notebook import render_card
from tests.build_report import clean, crash, eager, hostile

ALLOWED = {"div", "span", "b", "code", "br", "img"}


class Tags(html.parser.HTMLParser):
    """Tags, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.open += [tag] if tag not in {"br", "img"} else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("report", [eager(), clean(), crash(), hostile()], ids=["eager", "clean", "crash", "hostile"])
def test_it_is_small_and_has_its_style_in_itself(report: Report) -> None:
    """No script, no style sheet, nothing from elsewhere; every element is closed."""
    card = render_card(report)
    page = Tags(card)

    assert (page.tags <= ALLOWED, page.attributes <= {"class", "style", "alt", "src"}, page.open) == (True, True, [])
    assert all(source.startswith("data:image/svg+xml;base64,") for source in re.findall('src="([^"]*)"', card))
    assert len(card) < 200_000


def test_what_it_says() -> None:
    """Verdict, sentence, line, holder, figures, and how to see the rest."""
    text = Tags(eager()._repr_html_()).text

    for part in ("FAIL", "Loads its whole data set", "Forecast", "Peak", "Fix", 'report.save("audit.html")'):
        assert part in text


def test_what_broke() -> None:
    """The error with its line, and no advice."""
    text = Tags(render_card(crash())).text

    assert "ERROR" in text
    assert "Fix" not in text
