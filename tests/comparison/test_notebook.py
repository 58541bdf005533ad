"""Results show themselves in a notebook, in a frame that reaches nothing around it."""

import html.parser

from tests.comparison.build import comparison


class Frames(html.parser.HTMLParser):
    """The frames of a text, and everything else in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.frames: list[dict[str, str | None]] = []
        self.others: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "iframe":
            self.frames.append(dict(attrs))
        else:
            self.others.append(tag)


def test_a_frame_with_the_page_and_nothing_else() -> None:
    """The page is inside an attribute as a whole, with the frame's own origin and without forms or navigation."""
    text = comparison()._repr_html_()
    page = Frames(text)

    assert page.others == []
    (frame,) = page.frames
    assert set(str(frame["sandbox"]).split()) == {"allow-scripts", "allow-downloads"}
    assert str(frame["srcdoc"]).startswith("<!DOCTYPE html>") or "<!DOCTYPE html>" in str(frame["srcdoc"])[:40]
    assert "</html>" in str(frame["srcdoc"])


def test_a_comparison_in_a_notebook_stays_small() -> None:
    """Each output is saved with the notebook: without the script of the figures it is a fraction of a page."""
    assert len(comparison()._repr_html_()) < 700_000
