"""Standard reports rendered once for all tests of a session."""

import functools

from genaudit.render import render
from tests.build_report import STANDARD


@functools.cache
def rendered(name: str, format_name: str, *, interactive: bool = True) -> bytes:
    """A standard report in a format; pages with interactive figures unless told otherwise."""
    options = {"interactive": interactive} if format_name == "html" else {}
    return render(STANDARD[name](), format_name, **options)
