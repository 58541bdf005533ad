"""Standard reports rendered once for all tests of a session."""

import functools

import pytest

from genaudit.render import render
from tests.build_report import STANDARD

ALIKE = {"clean", "caching", "spike", "killed", "timed-out", "inconclusive", "unscaled", "memory-limit"}
"""Standard reports with the parts of the others, in other numbers: drawn where slow tests run."""
DRAWN = [pytest.param(name, marks=[pytest.mark.slow] if name in ALIKE else []) for name in STANDARD]
"""Names of all standard reports, for tests that draw them."""


def rendered(name: str, format_name: str, *, interactive: bool = True) -> bytes:
    """A standard report in a format; pages with interactive figures unless told otherwise."""
    # The cache tells calls apart by how they are written: there is one way to write each.
    return _rendered(name, format_name, interactive) if format_name == "html" else _rendered(name, format_name)


@functools.cache
def _rendered(name: str, format_name: str, *interactive: bool) -> bytes:
    return render(STANDARD[name](), format_name, **({"interactive": interactive[0]} if interactive else {}))
