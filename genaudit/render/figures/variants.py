"""How each variant of a comparison is drawn, the same in every figure."""

from typing import NamedTuple

from genaudit.model.catalogue import BATCH_GROWTH
from genaudit.model.comparison import Comparison, Variant
from genaudit.model.downsample import thinned
from genaudit.model.outcome import Interval
from genaudit.model.report import GrowthLaw
from genaudit.model.series import TimePoint
from genaudit.render.figures.palette import Dash
from genaudit.render.safe import one_line, shorten, shorten_apart

MOST_POINTS = 500
MOST_VARIANTS = 12
LONGEST_NAME = 60
STEPS = 60
ALIKE = 0.02
"""Figures of two variants that differ by less are drawn as equals."""
BEYOND = 1.06
"""A law is drawn a little past the largest size that was measured."""
COLOURS = ("rss", "held", "pss", "high", "ink", "limit")
DASHES: tuple[Dash, ...] = ("solid", (0, (6, 2)), (0, (2, 2)), (0, (7, 2, 1, 2)), (0, (4, 1)), (0, (1, 3)))
MARKERS = ("o", "s", "^", "D", "v", "P")


class Look(NamedTuple):
    """Colour by name, and dash and marker besides: colour alone distinguishes nothing."""

    variant: Variant
    name: str
    colour: str
    dash: Dash
    marker: str

    @property
    def points(self) -> list[TimePoint]:
        """Memory over time, in its audit; thinned."""
        line = self.variant.report.timeline
        return thinned(line.samples, MOST_POINTS, [lambda point: point.rss_bytes]) if line else []

    @property
    def law(self) -> GrowthLaw | None:
        """The growth law of its audit, where there is one to draw."""
        law = self.variant.report.growth_law
        return law if law is not None and law.sizes else None

    @property
    def peak_bytes(self) -> float | None:
        """The highest memory in the drives; in its audit where it did not come to one."""
        peak = self.variant.figures.high_water_bytes
        return peak.value if peak else self.variant.report.peak.high_water_bytes

    @property
    def items_per_second(self) -> float | None:
        """How fast it was in the drives."""
        speed = self.variant.figures.items_per_second
        return speed.value if speed else None


def looks(comparison: Comparison) -> list[Look]:
    """A look for each variant, as far as a figure has room for them."""
    variants = comparison.variants[:MOST_VARIANTS]
    names = shorten_apart([one_line(variant.name) for variant in variants], LONGEST_NAME)
    return [
        Look(
            variant,
            # A picture has no room for a name that no cut keeps apart; its colour and mark do.
            shorten(name, LONGEST_NAME),
            COLOURS[at % len(COLOURS)],
            DASHES[at % len(DASHES)],
            MARKERS[at % len(MARKERS)],
        )
        for at, (variant, name) in enumerate(zip(variants, names, strict=True))
    ]


def with_laws(comparison: Comparison) -> list[tuple[Look, GrowthLaw]]:
    """The variants that have a growth law, with it."""
    return [(look, law) for look in looks(comparison) if (law := look.law) is not None]


def with_growth(comparison: Comparison) -> list[tuple[Look, Interval]]:
    """Each variant's growth per batch, where it is known; none where no variant's is what its audit found."""
    drawn = looks(comparison)
    if not any(_grows(look.variant) for look in drawn):
        return []
    return [(look, growth) for look in drawn if (growth := look.variant.figures.growth_bytes_per_batch) is not None]


def _grows(variant: Variant) -> bool:
    """Whether an audit found that memory grows from batch to batch, and by how much."""
    codes = {outcome.code for outcome in variant.report.findings}
    return BATCH_GROWTH.code in codes and variant.figures.growth_bytes_per_batch is not None


class Speed(NamedTuple):
    """How fast a variant is, and what it needs for that."""

    look: Look
    items_per_second: float
    peak_bytes: float
    stands_out: bool
    """No other variant is as good in both and better in one."""


def speeds(comparison: Comparison) -> list[Speed]:
    """The variants whose speed and highest memory are known."""
    known = [(look, look.items_per_second, look.peak_bytes) for look in looks(comparison)]
    rows = [(look, speed, peak) for look, speed, peak in known if speed is not None and peak is not None]
    return [
        Speed(look, speed, peak, not any(_is_better(other[1:], (speed, peak)) for other in rows))
        for look, speed, peak in rows
    ]


def _is_better(first: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether one variant is at least as fast and as small as the other, and clearly more in one of the two."""
    faster, smaller = first[0] / (other[0] or 1.0), (other[1] or 1.0) / (first[1] or 1.0)
    alike = min(faster, smaller) >= 1 - ALIKE
    return alike and max(faster - 1 - ALIKE, smaller - 1 - ALIKE) > 0


def law_steps(law: GrowthLaw) -> list[float]:
    """Sizes to draw a law at, from an empty data set on."""
    end = max(law.sizes) * BEYOND
    return [end * at / STEPS for at in range(STEPS + 1)]


def highest_retained(laws: list[tuple[Look, GrowthLaw]]) -> float:
    """The top of a plot of laws."""
    return float(max((n_bytes for _, law in laws for n_bytes in law.retained_bytes), default=1)) or 1.0
