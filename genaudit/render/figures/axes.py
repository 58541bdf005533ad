"""Axes of bytes and of items: units, labels, and how far they reach."""

from genaudit.model.report import GrowthLaw, Projection
from genaudit.units import GIB, KIB, MIB

FURTHEST = 4.0
"""A forecast is drawn to where memory is full, but at most this many times the size of the real data set."""
MARGIN = 1.12


def byte_unit(top: float) -> tuple[float, str]:
    """Bytes of the unit, and its name, for an axis that ends at so many bytes.

    Example:
        >>> byte_unit(300 * 2**20)
        (1048576.0, 'MiB')
    """
    for factor, name in ((1024.0 * GIB, "TiB"), (float(GIB), "GiB"), (float(MIB), "MiB"), (float(KIB), "KiB")):
        if top >= factor:
            return factor, name
    return 1.0, "B"


def thousands(value: float, _position: int | None = None) -> str:
    """A number of things on an axis; a tick between two whole things has no label."""
    return f"{value:,.0f}" if value == int(value) else ""


def furthest(law: GrowthLaw, projection: Projection) -> float:
    """Items at the end of a forecast's axis."""
    full = projection.items_at_limit.value if projection.items_at_limit else 0.0
    return max(float(max(law.sizes)), float(projection.items), min(full, projection.items * FURTHEST)) * MARGIN
