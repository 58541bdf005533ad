"""The picture of a comparison: which figures it has, and that its words can be read."""

import itertools

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Rectangle
from msgspec.structs import replace

from genaudit.model.comparison import Comparison
from genaudit.render import render
from genaudit.render.figures.static.comparison_png import summary_figure
from genaudit.render.text.comparison import difference_sentence
from genaudit.units import MIB
from tests.build_report import clean
from tests.comparison.build import comparison, named


def titles(found: Comparison) -> list[str]:
    """Of the figures of the picture."""
    return [axes.get_title(loc="left") for axes in summary_figure(found, (8, 7.2)).axes]


def test_the_picture_has_all_figures() -> None:
    """And growth per batch where that was found, in the place of a scaling that was not measured."""
    leaks = comparison().variants
    no_leak = comparison(variants=[replace(one, report=clean()) for one in leaks])
    no_law = comparison(variants=[replace(one, report=replace(one.report, growth_law=None)) for one in leaks])

    first, growth, scaling, last = "RSS of each variant", "Growth per batch", "Scaling", "Memory against speed"
    assert titles(comparison()) == [first, growth, scaling, last]
    assert titles(no_law) == [first, growth, last]
    assert titles(no_leak) == [first, scaling, last]
    assert render(comparison(), "png").startswith(b"\x89PNG")


def test_growth_per_batch_has_a_bar_and_an_interval_for_each_variant() -> None:
    figure = summary_figure(comparison(), (8, 7.2))
    (axes,) = [axes for axes in figure.axes if axes.get_title(loc="left") == "Growth per batch"]
    growths = [variant.figures.growth_bytes_per_batch for variant in comparison().variants]
    widths = [patch.get_width() for patch in axes.patches if isinstance(patch, Rectangle)]
    ends = [list(line.get_xdata()) for line in axes.lines if line.get_marker() == "|"]

    assert [label.get_text() for label in axes.get_yticklabels()] == [one.name for one in comparison().variants]
    assert widths == [growth.value / MIB for growth in growths if growth]
    assert ends == [[growth.low / MIB, growth.high / MIB] for growth in growths if growth]


def test_a_long_headline_takes_two_lines() -> None:
    """Its end names what the variant is compared with."""
    found = named("ineff:inefficient_generator", "pasted:inefficient_generator")
    sentence = difference_sentence(found, found.against[0])
    texts = [text.get_text() for text in summary_figure(found, (8, 7.2)).texts]

    assert len(sentence) > 92
    assert sentence in " ".join(texts)


def test_names_of_marks_that_lie_near_each_other_do_not_overlap() -> None:
    """As of a working tree and of the commit that it differs little from."""
    same = comparison().variants[0].figures
    figure = summary_figure(named("working tree", "HEAD", "HEAD~1", figures=same), (8, 7.2))
    FigureCanvasAgg(figure).draw()
    boxes = [text.get_window_extent() for text in figure.axes[-1].texts]

    assert len(boxes) == 3
    assert not [(one, other) for one, other in itertools.combinations(boxes, 2) if one.overlaps(other)]


def test_long_names_and_labels_stay_inside_the_picture() -> None:
    """Neither over the label of the axis beside them nor past the edge, however many figures stand side by side."""
    every = ["data:inefficient_generator", "data:efficient_generator", "data:leaking_generator"]
    for names in (every, every[:2]):
        figure = summary_figure(named(*names), (8, 7.2))
        FigureCanvasAgg(figure).draw()
        axes = figure.axes[-1]

        words = [*figure.texts, *axes.texts, axes.xaxis.label]
        assert min(text.get_window_extent().x0 for text in axes.texts) > axes.bbox.x0 - 4
        assert max(text.get_window_extent().x1 for text in words) <= figure.bbox.x1
