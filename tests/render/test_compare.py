"""A comparison in the page, the drawing and the terminal."""

from genaudit.render import render
from genaudit.render.comparing import batches_text, delta_text, looks
from genaudit.render.figures import compare_figure
from genaudit.render.terminal import Verbosity
from tests.build_report import compared, eager
from tests.render.rendered import rendered


def test_differences_are_said_with_their_intervals() -> None:
    """The same text stands in the page and in the terminal's tables; what is not known is a dash."""
    report = compared()
    page = rendered("compared", "html", interactive=False).decode()
    screen = render(report, "text", width=160, verbosity=Verbosity.VERBOSE).decode()
    assert report.comparison is not None
    said = [delta_text(one, "image") for variant in report.comparison.variants for one in variant.differences]

    assert said[0] == "-75.0 MiB (-77.6 to -72.4 MiB)"
    assert said[-1] == "–"
    for text in said[:-1]:
        assert text in page
        assert text in screen
    assert "no difference beyond noise" in page


def test_batches_that_differ_say_where() -> None:
    """The first batch that differs is named; what was not asked is not claimed."""
    report = compared()
    assert report.comparison is not None
    base, mended, leaking = report.comparison.variants

    assert batches_text(base) == "not compared"
    assert batches_text(mended) == "the same"
    assert batches_text(leaking) == "differ: batch 3, array 0: dtype float32, where the base has uint8"


def test_variants_are_drawn_over_each_other() -> None:
    """Each variant has its curve, told apart by dash and marker as well as by colour."""
    overlay, speed = compare_figure(compared()).axes
    lines = overlay.get_lines()
    drawn = looks(compared())

    assert [line.get_label() for line in lines] == ["inefficient", "efficient", "leaking"]
    assert len({(look.dash, look.marker) for look in drawn}) == 3
    assert {text.get_text() for text in speed.texts} == {"inefficient", "efficient", "leaking"}


def test_other_reports_have_no_comparison() -> None:
    """Where nothing was compared, there is no such part."""
    assert looks(eager()) == []
    assert b'id="comparison"' not in rendered("eager", "html", interactive=False)
