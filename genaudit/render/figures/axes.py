"""Small helps for axes of bytes and of items."""

from genaudit.units import GIB, KIB, MIB


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
