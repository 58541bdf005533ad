"""The six shapes that retained memory can have, drawn small, so that this run's shape can be seen among them."""

from typing import NamedTuple

from genaudit.model import Report, RunVerdict
from genaudit.render.text.report import findings

WIDTH, HEIGHT = 132, 64


class Shape(NamedTuple):
    """A shape: its name, what it means, and two curves over batches, for a small and a larger data set."""

    slug: str
    name: str
    meaning: str
    small: tuple[tuple[float, float], ...]
    large: tuple[tuple[float, float], ...]

    def path(self, curve: tuple[tuple[float, float], ...]) -> str:
        """Points of an SVG polyline."""
        return " ".join(f"{6 + x * (WIDTH - 12):.1f},{HEIGHT - 6 - y * (HEIGHT - 12):.1f}" for x, y in curve)


_FLAT = ((0.0, 0.0), (0.05, 0.22), (1.0, 0.22))
_ONE_SPIKE = ((0.0, 0.2), (0.1, 0.2), (0.13, 0.95), (0.16, 0.2))
_SPIKES = tuple((at / 5 + x, y) for at in range(5) for x, y in _ONE_SPIKE)
SHAPES = (
    Shape(
        "eager",
        "Eager load",
        "The data set is in memory before the first batch.",
        ((0.0, 0.0), (0.05, 0.4), (1.0, 0.4)),
        ((0.0, 0.0), (0.05, 0.9), (1.0, 0.9)),
    ),
    Shape(
        "cache",
        "Unbounded cache",
        "Memory fills through the first epoch, up to the whole data set.",
        ((0.0, 0.1), (0.25, 0.4), (1.0, 0.4)),
        ((0.0, 0.1), (0.55, 0.9), (1.0, 0.9)),
    ),
    Shape(
        "leak",
        "Leak",
        "Memory keeps growing with batches or epochs.",
        ((0.0, 0.1), (1.0, 0.92)),
        ((0.0, 0.14), (1.0, 0.96)),
    ),
    Shape(
        "bounded",
        "Bounded",
        "Rises, then stays, whatever the size of the data set. Clean.",
        ((0.0, 0.05), (0.12, 0.34), (0.22, 0.38), (1.0, 0.38)),
        ((0.0, 0.08), (0.12, 0.37), (0.22, 0.41), (1.0, 0.41)),
    ),
    Shape("spike", "Spike", "Low between batches, high while one is made.", _SPIKES, _SPIKES),
    Shape(
        "index",
        "Index",
        "A few bytes for every item, such as file names. Clean.",
        _FLAT,
        ((0.0, 0.0), (0.05, 0.32), (1.0, 0.32)),
    ),
)
_SHAPE_OF_BLOCK = {"GA1": "eager", "GA2": "leak", "GA3": "spike"}
_SHAPE_OF_CODE = {"GA203": "cache"}


def shape_of(report: Report) -> str | None:
    """The slug of this run's shape; ``None`` where the run does not show one."""
    for outcome in findings(report):
        slug = _SHAPE_OF_CODE.get(outcome.code) or _SHAPE_OF_BLOCK.get(outcome.code[:3])
        if slug:
            return slug
    if report.verdict is not RunVerdict.PASS or report.is_partial:
        return None
    law = report.growth_law
    return "index" if law is not None and law.law != "constant" else "bounded"
