"""The figures of a comparison: curves over each other, memory against speed, and all growth laws on one plot."""

from typing import TYPE_CHECKING

import msgspec

from genaudit.model.comparison import Against, Comparison, Difference, SameData, Variant
from genaudit.model.outcome import Interval
from genaudit.model.report import Comparison as Shown
from genaudit.model.report import Difference as ShownDifference
from genaudit.model.report import GrowthLaw, Report
from genaudit.model.report import Variant as ShownVariant
from genaudit.render import comparison_words as say
from genaudit.render.axes import byte_unit, thousands
from genaudit.render.chart_base import hover, new_chart, source
from genaudit.render.comparing import Look, looks
from genaudit.render.law import retained_at
from genaudit.render.palette import NAMED, Theme
from genaudit.render.phrases import count, plural
from genaudit.units import format_bytes

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812
    from matplotlib.axes import Axes

STEPS = 60
BEYOND = 1.06
HEADROOM = 1.2
BOKEH_MARKERS = {"o": "circle", "s": "square", "^": "triangle", "D": "diamond", "v": "inverted_triangle", "P": "plus"}


def as_report(comparison: Comparison) -> Report:
    """The first variant's report with all variants laid beside it, as the figures of reports want it."""
    noun = say.noun_of(comparison)
    against = {one.variant: one for one in comparison.against}
    base = comparison.variants[0].name
    variants = [_shown(variant, against.get(at), noun, base) for at, variant in enumerate(comparison.variants)]
    return msgspec.structs.replace(comparison.variants[0].report, comparison=Shown(variants=variants))


def draw_laws(axes: "Axes", report: Report, theme: Theme) -> None:
    """Retained memory against the size of the data set, a law for each variant."""
    drawn = _laws(report)
    factor, unit = byte_unit(_top(drawn))
    for look, law in drawn:
        colour, steps = getattr(theme, look.colour), _steps(law)
        heights = [retained_at(law, n) / factor for n in steps]
        axes.plot(steps, heights, color=colour, linestyle=look.dash, linewidth=1.8)
        measured = [one / factor for one in law.retained_bytes]
        (dots,) = axes.plot(law.sizes, measured, look.marker, color=colour, markersize=6)
        dots.set_label(look.name.replace("$", r"\$").lstrip("_") or "variant")
    noun = report.target.item_noun
    axes.set_title("Growth laws", loc="left", color=theme.ink)
    axes.set_xlabel(f"{plural(noun)} in the data set", color=theme.muted, parse_math=False)
    axes.set_ylabel(f"retained, {unit}", color=theme.muted)
    axes.xaxis.set_major_formatter(lambda value, _: thousands(value))
    axes.set_xlim(left=0)
    axes.set_ylim(0, _top(drawn) / factor * HEADROOM)
    if drawn:
        axes.legend(frameon=True, facecolor=theme.paper, edgecolor=theme.grid, labelcolor=theme.ink)
    else:
        axes.text(0.5, 0.5, "no size was varied", transform=axes.transAxes, ha="center", color=theme.muted)


def laws_chart(report: Report) -> "Figure | None":
    """The same, interactive."""
    drawn = _laws(report)
    if not drawn:
        return None
    factor, unit = byte_unit(_top(drawn))
    noun = report.target.item_noun
    end = max(max(law.sizes) for _, law in drawn) * BEYOND
    top = _top(drawn) / factor * HEADROOM
    chart = new_chart(f"{plural(noun)} in the data set", unit, height=300, x_range=(0, end), y_range=(0, top))
    dots = []
    for look, law in drawn:
        colour, steps = getattr(NAMED, look.colour), _steps(law)
        line = source(x=steps, y=[retained_at(law, n) / factor for n in steps])
        dash = look.dash if isinstance(look.dash, str) else list(look.dash[1])
        chart.line("x", "y", source=line, line_color=colour, line_width=2, line_dash=dash)
        data = source(
            x=law.sizes,
            y=[one / factor for one in law.retained_bytes],
            name=[look.name] * len(law.sizes),
            n_text=[count(n, noun) for n in law.sizes],
            retained_text=[format_bytes(one) for one in law.retained_bytes],
        )
        dots.append(chart.scatter("x", "y", source=data, size=9, color=colour, marker=BOKEH_MARKERS[look.marker]))
    rows = [("variant", "@name"), ("data set", "@n_text"), ("retained", "@retained_text")]
    chart.add_tools(hover(dots, rows, mode="mouse"))
    return chart


def _shown(variant: Variant, against: Against | None, noun: str, base: str) -> ShownVariant:
    report, figures = variant.report, variant.figures
    peak = figures.high_water_bytes
    speed = figures.items_per_second
    check = against.batches if against else None
    return ShownVariant(
        name=variant.name,
        spec=variant.target,
        verdict=report.verdict,
        headline=report.summary.headline,
        peak_bytes=round(peak.value) if peak else report.peak.high_water_bytes,
        items_per_second=speed.value if speed else None,
        growth_law=report.growth_law,
        timeline=report.timeline,
        differences=[_difference(one, noun) for one in against.differences] if against else [],
        same_batches=None if check is None or check.verdict is SameData.UNKNOWN else check.verdict is SameData.SAME,
        batch_difference=say.first_text(check.first, base, variant.name) if check and check.first else None,
    )


def _difference(one: Difference, noun: str) -> ShownDifference:
    return ShownDifference(
        metric=say.title(one.figure, noun),
        unit=say.FIGURES[one.figure].unit,
        base=Interval(value=one.base, low=one.base, high=one.base),
        value=Interval(value=one.other, low=one.other, high=one.other),
        delta=one.difference,
        verdict=say.so_class(one),
    )


def _laws(report: Report) -> list[tuple[Look, GrowthLaw]]:
    found = [(look, look.variant.growth_law) for look in looks(report)]
    return [(look, law) for look, law in found if law is not None and law.sizes]


def _steps(law: GrowthLaw) -> list[float]:
    end = max(law.sizes) * BEYOND
    return [end * at / STEPS for at in range(STEPS + 1)]


def _top(drawn: list[tuple[Look, GrowthLaw]]) -> float:
    return float(max((one for _, law in drawn for one in law.retained_bytes), default=1)) or 1.0
