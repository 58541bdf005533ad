"""Standard reports rendered once for all tests of a session."""

import functools

import pytest

from genaudit.render import render
from tests.build_report import STANDARD

ALIKE = {"clean", "caching", "spike", "killed", "timed-out", "inconclusive", "unscaled", "memory-limit"}
"""Standard reports with the parts of the others, in other numbers: drawn where slow tests run."""
DRAWN = [pytest.param(name, marks=[pytest.mark.slow] if name in ALIKE else []) for name in STANDARD]
"""Names of all standard reports, for tests that draw them."""


@functools.cache
def rendered(name: str, format_name: str, *, interactive: bool = True) -> bytes:
    """A standard report in a format; pages with interactive figures unless told otherwise."""
    options = {"interactive": interactive} if format_name == "html" else {}
    return render(STANDARD[name](), format_name, **options)
