"""The growth law as a curve, and how far a figure of it reaches."""

from genaudit.model.report import GrowthLaw, Projection

FURTHEST = 4.0
"""A forecast is drawn to where memory is full, but at most this many times the size of the real data set."""


def law_at(law: GrowthLaw, n_items: float, which: str = "value") -> float:
    """Memory of the whole process for a data set of a size.

    Args:
        law: Where the law is faster than linear, its exponent bends the curve through the largest measured size.
        n_items: Size of the data set.
        which: ``value``, or ``low`` or ``high`` for the ends of the 95 % interval.
    """
    slope: float = getattr(law.bytes_per_item, which)
    if law.law != "superlinear" or law.exponent is None or not law.sizes:
        return law.fixed_bytes + slope * n_items
    largest = max(zip(law.sizes, law.high_water_bytes, strict=False))
    share = slope / law.bytes_per_item.value if law.bytes_per_item.value else 1.0
    power: float = (n_items / largest[0]) ** law.exponent
    return law.fixed_bytes + (largest[1] - law.fixed_bytes) * share * power


def grows(law: GrowthLaw | None) -> bool:
    """Whether there is a law, and it says more than that memory stays."""
    return law is not None and law.law != "constant" and bool(law.sizes)


def furthest(law: GrowthLaw, projection: Projection) -> float:
    """Items at the end of a forecast's axis."""
    full = projection.items_at_limit.value if projection.items_at_limit else 0.0
    return max(float(max(law.sizes)), float(projection.items), min(full, projection.items * FURTHEST)) * 1.12
